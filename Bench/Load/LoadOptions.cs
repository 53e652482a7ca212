using System.Globalization;

namespace OrleansSie.Bench.Load;

/// <summary>The command line of the measurements under load.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        e2e|drain|scrape|seed|cold|idle|stuck [--storage memory|embedded|redis] [--silos 1] [--runs N] [--json FILE]
              [--silo PATH]... [--pairs N BASE] [--against COMMAND]
              [--events 20000] [--warm 0] [--clusters 20 [--pools P]] [--rate R [--seconds 20]] [--instances 100000] [--into FOLDER]
          e2e        events a second and CPU an event, for creations and for interruptions; peak memory; with --rate the delay to /metrics
          drain      what the emulator gives to a client that does no work
          scrape     /metrics with 1,000 and 10,000 clusters of one pool, and with 20,115 series of pools; or with --clusters of --pools each
          seed       a store that knows --instances; what it takes on the disk; --into leaves it in a folder
          cold       the start of one silo in local mode
          idle       silos that know --instances and have nothing to do, over --seconds (60)
          stuck      how late --events interruptions are shown, beside an instance whose store is slow and one whose store fails, and without them
          --storage  where the silos keep state (embedded; redis with several silos)
          --runs     runs of each program, in turn (5 for e2e and cold, else 1)
          --silo     a folder with a build of the silo or with what was published; several are compared (the one built with this program)
          --pairs    N runs of the silo and of the one in the folder BASE, in turn, with the ratio and its 95 % interval
          --against  the same work for another exporter: a line for the shell, started with the original's CONFIG_PATH and PUBSUB_EMULATOR_HOST
          --events   events of each kind that are measured; before them --warm of each kind that are not
          --clusters how many clusters the instances are in
        Exit code: 0 measured, 1 a count was wrong or a program failed, 2 a part is missing, 64 a wrong command line.
        """;

    private const int StandardRuns = 5;

    public required Measurement Measurement { get; init; }

    public LoadStorage Storage { get; init; } = LoadStorage.embedded;

    public int Silos { get; init; } = 1;

    public int Runs { get; init; } = 1;

    public string? Json { get; init; }

    /// <summary>Paths of silos; none for the one that is built with this program.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    /// <summary>The path of a silo to compare with.</summary>
    public string? Base { get; init; }

    /// <summary>Another exporter's command line.</summary>
    public string? Against { get; init; }

    public int Events { get; init; } = 20_000;

    public int Warm { get; init; }

    public int Clusters { get; init; } = 20;

    /// <summary>For <c>scrape</c>: node pools in each cluster; null for its usual grounds.</summary>
    public int? Pools { get; init; }

    /// <summary>Events a second at which delays are measured; null for no such part.</summary>
    public int? Rate { get; init; }

    public int Seconds { get; init; } = 20;

    public int Instances { get; init; } = 100_000;

    /// <summary>The folder that a store is left in.</summary>
    public string? Into { get; init; }

    /// <summary>Null where the command line cannot be read.</summary>
    public static LoadOptions? Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || !Enum.TryParse<Measurement>(args[0], out var measurement))
        {
            return null;
        }

        LoadOptions? options = new()
        {
            Measurement = measurement,
            Runs = measurement is Measurement.e2e or Measurement.cold ? StandardRuns : 1,
            Seconds = measurement == Measurement.idle ? 60 : 20,
        };
        for (var i = 1; i < args.Count && options is not null; i += 2)
        {
            options = options.With(args[i], i + 1 < args.Count ? args[i + 1] : "");
            if (args[i] == "--pairs" && options is not null)
            {
                options = ++i + 1 < args.Count ? options with { Base = args[i + 1] } : null;
            }
        }

        return options is { Silos: > 1, Storage: not LoadStorage.redis } or ({ Into: not null } and not { Measurement: Measurement.seed, Runs: 1 }) ? null : options;
    }

    private LoadOptions? With(string name, string value) => (name, value) switch
    {
        ("--storage", _) when Enum.TryParse<LoadStorage>(value, out var storage) => this with { Storage = storage },
        ("--silos", _) when Number(value, 1) is { } silos => this with { Silos = silos },
        ("--runs", _) when Number(value, 1) is { } runs => this with { Runs = runs },
        ("--pairs", _) when Number(value, 1) is { } runs => this with { Runs = runs },
        ("--silo", { Length: > 0 }) => this with { Programs = [.. Programs, value] },
        ("--against", { Length: > 0 }) => this with { Against = value },
        ("--json", { Length: > 0 }) => this with { Json = value },
        ("--into", { Length: > 0 }) => this with { Into = value },
        ("--events", _) when Number(value, 1) is { } events => this with { Events = events },
        ("--warm", _) when Number(value, 0) is { } warm => this with { Warm = warm },
        ("--clusters", _) when Number(value, 1) is { } clusters => this with { Clusters = clusters },
        ("--pools", _) when Number(value, 1) is { } pools => this with { Pools = pools },
        ("--rate", _) when Number(value, 1) is { } rate => this with { Rate = rate },
        ("--seconds", _) when Number(value, 1) is { } seconds => this with { Seconds = seconds },
        ("--instances", _) when Number(value, 1) is { } instances => this with { Instances = instances },
        _ => null,
    };

    private static int? Number(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : null;
}

/// <summary>What is measured: the names are the commands.</summary>
internal enum Measurement
{
    e2e,
    drain,
    scrape,
    seed,
    cold,
    idle,
    stuck,
}

/// <summary>Where silos under load keep state: the values of <c>storage.provider</c>.</summary>
internal enum LoadStorage
{
    memory,
    embedded,
    redis,
}
