using System.Security.Cryptography.X509Certificates;
using OrleansSie.Tests.Kubernetes.Server;

namespace OrleansSie.Tests.Configuration;

/// <summary>A certificate and its key in one PEM text.</summary>
internal static class TestCertificate
{
    public static string Pem { get; } = Make();

    private static string Make()
    {
        using var certificate = FakeCertificate.Create();
        return $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n";
    }
}
