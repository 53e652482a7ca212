using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansSie.Tests.Kubernetes.Server;

/// <summary>The certificate of a server on 127.0.0.1, its own authority, as the file ca.crt in a pod: nobody else trusts it.</summary>
internal static class FakeCertificate
{
    /// <summary>A new one for 127.0.0.1 and further names.</summary>
    public static X509Certificate2 Create(params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fake-kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        Array.ForEach(hosts, names.AddDnsName);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
