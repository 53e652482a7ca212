using System.Text;

namespace OrleansSie.Tests.Kubernetes.Server;

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
