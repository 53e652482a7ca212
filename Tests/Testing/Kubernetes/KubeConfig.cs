using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansSie.Testing.Kubernetes;

/// <summary>A kubeconfig that leads to a fake API server: for the program, and for kubectl.</summary>
internal static class KubeConfig
{
    /// <summary>Writes it.</summary>
    /// <param name="folder">The folder to write it to.</param>
    /// <param name="server">Where it leads.</param>
    /// <returns>The file's path.</returns>
    public static string Write(string folder, FakeApiServer server)
    {
        var path = Path.Combine(folder, "kubeconfig");
        File.WriteAllText(path, $"""
            apiVersion: v1
            kind: Config
            current-context: fake
            clusters:
            - name: fake
              cluster: {"{"} server: "{server.Url}", certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(server.Authority.ExportCertificatePem()))} {"}"}
            contexts:
            - name: fake
              context: {"{"} cluster: fake, user: silo, namespace: {FakeApiServer.Namespace} {"}"}
            users:
            - name: silo
              user: {"{"} token: "{FakeApiServer.Token}" {"}"}
            """);
        return path;
    }
}

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

/// <summary>What a general client such as kubectl asks before it does what it is told.</summary>
internal static class FakeDiscovery
{
    public static JsonObject? Answer(string path) => path switch
    {
        "/version" => new() { ["major"] = "1", ["minor"] = "33", ["gitVersion"] = "v1.33.0" },
        "/api" => new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        "/apis" => new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray() },
        "/api/v1" => new()
        {
            ["kind"] = "APIResourceList",
            ["groupVersion"] = "v1",
            ["resources"] = new JsonArray(new JsonObject
            {
                ["name"] = "configmaps",
                ["singularName"] = "configmap",
                ["namespaced"] = true,
                ["kind"] = "ConfigMap",
                ["verbs"] = new JsonArray("create", "delete", "get", "list", "patch", "update"),
                ["shortNames"] = new JsonArray("cm"),
            }),
        },
        _ => null,
    };
}
