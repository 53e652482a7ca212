using System.Security.Cryptography.X509Certificates;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing.Kubernetes;

namespace OrleansSie.Tests.Configuration;

/// <summary>Loads a configuration from texts in place of a file system and an environment.</summary>
internal static class Loading
{
    public const string FilePath = "/etc/sie/config.yaml";

    /// <summary>The smallest file that is complete.</summary>
    public const string Minimal = "project_name: example-project\n";

    /// <summary>The options from a file (none if null) and variables.</summary>
    public static SieOptions Load(string? file, params (string Name, string Value)[] variables) => LoadWith([], file, variables);

    /// <summary>The options from a file (none if null), further files by path, and variables.</summary>
    public static SieOptions LoadWith(Dictionary<string, string> files, string? file, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        if (file is not null)
        {
            environment.Add("CONFIG_PATH", FilePath);
            files[FilePath] = file;
        }

        return ConfigurationLoader.Load(
            environment, path => files.TryGetValue(path, out var text) ? text : throw new FileNotFoundException(path));
    }

    /// <summary>Every key with its effective value, in the order of the table.</summary>
    public static IEnumerable<string> Shown(SieOptions options) => ConfigurationKeys.All.Select(key => $"{key.Path}={key.Show(options)}");

    /// <summary>The lines that an operator sees, or nothing if all is well.</summary>
    public static IReadOnlyList<string> Faults(string? file, params (string Name, string Value)[] variables) =>
        FaultsWith([], file, variables);

    /// <summary>The lines that an operator sees, with further files by path.</summary>
    public static IReadOnlyList<string> FaultsWith(Dictionary<string, string> files, string? file, params (string Name, string Value)[] variables)
    {
        try
        {
            LoadWith(files, file, variables);
            return [];
        }
        catch (ConfigurationException exception)
        {
            return exception.Message.Split('\n');
        }
    }
}

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
