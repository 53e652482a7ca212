using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OrleansSie.Testing;

namespace OrleansSie.Tests.Compute;

/// <summary>The file in which this process seeks Google credentials while this lives; it does not exist until it is written. One at a time.</summary>
internal sealed class CredentialFile : IDisposable
{
    private const string Variable = "GOOGLE_APPLICATION_CREDENTIALS";
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public CredentialFile()
    {
        _path = Path.Combine(_folder.Path, "key.json");
        Environment.SetEnvironmentVariable(Variable, _path);
    }

    /// <summary>Writes a service account with a key of its own.</summary>
    /// <param name="tokenUri">Where its tokens are asked for.</param>
    public void Write(string tokenUri) => File.WriteAllText(_path, ServiceAccount(tokenUri));

    /// <summary>The content of such a file.</summary>
    public static string ServiceAccount(string tokenUri)
    {
        using var key = RSA.Create(2048);
        return new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = "example-project",
            ["private_key_id"] = "1",
            ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "exporter@example-project.iam.gserviceaccount.com",
            ["client_id"] = "1",
            ["token_uri"] = tokenUri,
        }.ToJsonString();
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Dispose();
    }
}
