using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Hosting;

/// <summary>The arguments of a silo: it takes none, and answers who asks what it is. For the other command see <see cref="StateCommand"/>.</summary>
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

    /// <summary>Answers on standard output where that is all that is asked for.</summary>
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

    /// <summary>What is answered.</summary>
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
