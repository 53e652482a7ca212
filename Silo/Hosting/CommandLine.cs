using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Hosting;

/// <summary>The arguments: none runs a silo, --help and --version are answered. For the other command see <see cref="StateCommand"/>.</summary>
internal static class CommandLine
{
    private const string Help = """
        OrleansSie counts the spot interruptions of GKE clusters, each exactly once, and serves the counts to Prometheus.

        Without arguments it runs. Without any setting it runs in local mode, for trying out,
        with metrics on http://127.0.0.1:8090/metrics.

          CONFIG_PATH      the path of a YAML file with settings
          SIE__PROJECT_NAME, SIE__PROMETHEUS__PORT, ...
                           every key of that file, as an environment variable; it goes before the file
          state show KEY   prints one record of the store and ends; keys are in docs/stored-form.md
          --help           this text
          --version        the version

        It stops on SIGTERM and Ctrl+C. All keys are in docs/configuration.md, signals and exit codes in docs/process.md.
        """;

    /// <summary>Answers on standard output; false if there are no arguments.</summary>
    /// <exception cref="StartUpException">An argument is not known.</exception>
    public static bool Answers(string[] args)
    {
        if (args.Length == 0)
        {
            return false;
        }

        Console.Out.WriteLine(AnswerTo(args));
        return true;
    }

    /// <summary>The answer to these arguments.</summary>
    /// <exception cref="StartUpException">An argument is not known.</exception>
    public static string AnswerTo(string[] args) =>
        args.FirstOrDefault(arg => arg is not ("--help" or "-h" or "--version")) is { } unknown ? throw Refusal(unknown)
        : args.Contains("--version") ? $"OrleansSie {BuildVersion.Version} ({BuildVersion.Commit})"
        : Help;

    // What follows an equals sign may be a secret.
    private static StartUpException Refusal(string arg) => new(IsPath(arg)
        ? $"{Wording.Value(arg)} is not an argument of this program: to use a configuration file, set the environment variable {FileSource.PathVariable} to its path."
        : $"{Wording.Value(arg.Split('=')[0])} is not an argument of this program: settings come from {FileSource.PathVariable} and the environment, --help says which.");

    private static bool IsPath(string arg) =>
        !arg.StartsWith('-')
        && (File.Exists(arg) || arg.Contains('/', StringComparison.Ordinal) || Path.GetExtension(arg) is ".yaml" or ".yml" or ".json");
}

/// <summary><c>state show KEY</c>: prints one record of the configured store, and changes nothing. A silo may run beside it.</summary>
internal static class StateCommand
{
    /// <summary>EX_NOINPUT: the store has no such record.</summary>
    public const int NoRecord = 66;

    private const string Usage = "state show takes one key, such as cluster/my-project/europe-west1/my-cluster or instance/projects/P/zones/Z/instances/N.";

    private static readonly JsonWriterOptions _readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The key of the record to show; null for another command.</summary>
    /// <exception cref="StartUpException">The arguments are not those of this command.</exception>
    public static string? KeyIn(string[] args) =>
        args is not ["state", ..] ? null
        : args is ["state", "show", { Length: > 0 } key] && !key.StartsWith('-') ? key
        : throw new StartUpException(Usage);

    /// <summary>Prints the record, or says on standard error that there is none.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="StartUpException">The store cannot be read as it is configured.</exception>
    public static async Task<int> ShowAsync(string key, SieOptions options, TextWriter output)
    {
        try
        {
            if (await RecordReading.ReadAsync(key, options) is not { } record)
            {
                return new ProcessEnd(NoRecord, $"There is no record '{key}' in {RecordReading.NameOf(options)}. Keys are in docs/stored-form.md.").Tell();
            }

            await output.WriteLineAsync(Readable(record));
            return 0;
        }
        catch (StoreStartException e)
        {
            throw new StartUpException(e.Message, e);
        }
    }

    /// <summary>A record that is not JSON is shown as it is.</summary>
    private static string Readable(byte[] record)
    {
        try
        {
            using var json = JsonDocument.Parse(record);
            using var text = new MemoryStream();
            using (var writer = new Utf8JsonWriter(text, _readable))
            {
                json.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(text.ToArray());
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(record);
        }
    }
}
