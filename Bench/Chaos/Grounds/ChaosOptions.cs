using System.Globalization;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>The command line of <c>chaos</c>.</summary>
internal sealed record ChaosOptions
{
    public const string Usage = """
        chaos [--seed S] [--runs N] [--silos 3] [--events 20000] [--store redis|embedded] [--clustering redis|kubernetes]
              [--kubeconfig FILE [--config-map NAME]] [--faults 12] [--lanes K] [--results FILE] [--short] [--networks] [--full-disk] [--keep] [--sabotage ack-before-effect]
              [--long cut|freeze-before-call|freeze-after-write|slow-store [--long-seconds N]]
          --seed     the first seed; the mix and the schedule follow from it (1)
          --runs     how many seeds, counting up (1)
          --silos    silo processes; one with --store embedded (3)
          --events   messages to publish (20000; 3000 with --short); with --long interruptions (2400)
          --store    where the silos keep state (redis)
          --clustering how the silos find each other; with kubernetes a fake API server, 20 kills, a roll, and the server away (redis)
          --kubeconfig the real API server of this file instead, never away; needs to make ConfigMaps in the namespace of its context
          --config-map with --kubeconfig: a table that is there, empty, where the rights are on that one alone; for one run
          --faults   faults in a run; 0 publishes undisturbed and compares the sums of outcomes exactly (12)
          --lanes    runs at a time (1)
          --results  a markdown table that gets a line for each run; a seed that it holds for the same faults and sources is not run again
          --short    few and short faults, always the same ones, below 100 s: for CI
          --networks each silo in a network namespace of its own, and cuts between two of them among the faults (root)
          --full-disk with --store embedded: on a small disk that fills up (root)
          --long     one fault of minutes, and instances that are all known before it: two of three silos do not reach each other for 800 s (root);
                     a silo is frozen for 740 s after instances' records were read, or written, and before their calls; a store that
                     answers one silo after 150 s, twice
          --keep     keeps the logs and data of a run that was exact, too
          --sabotage starts silos that acknowledge a message before it has had its effect: the verdict must be a difference
        Exit code: 0 all exact, 1 a difference, 2 a part is missing, 64 a wrong command line.
        """;

    public int Seed { get; init; } = 1;

    public int Runs { get; init; } = 1;

    public int Silos { get; init; } = 3;

    public int Events { get; init; } = 20_000;

    public bool IsEmbedded { get; init; }

    public bool IsKubernetes { get; init; }

    /// <summary>Leads to a real API server; null for a fake one.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>With <see cref="KubeConfig"/>: the table's ConfigMap; null for one of the run's own.</summary>
    public string? ConfigMap { get; init; }

    /// <summary>Null where the command line does not say: as many as the deck has.</summary>
    public int? Faults { get; init; }

    public int Lanes { get; init; } = 1;

    public string? ResultsFile { get; init; }

    public bool IsShort { get; init; }

    public bool HasNetworks { get; init; }

    public bool HasSmallDisk { get; init; }

    /// <summary>The one fault of a run of minutes; null for a run of many short ones.</summary>
    public LongFault? Long { get; init; }

    /// <summary>How long <see cref="Long"/> lasts; null for its usual time.</summary>
    public int? LongSeconds { get; init; }

    public bool KeepsFolder { get; init; }

    public bool IsSabotaged { get; init; }

    /// <summary>Null where the command line cannot be read.</summary>
    public static ChaosOptions? Parse(IReadOnlyList<string> args)
    {
        var isShort = args.Contains("--short");
        ChaosOptions? options = new ChaosOptions { IsShort = isShort, Events = args.Contains("--long") ? 2_400 : isShort ? 3_000 : 20_000 };
        for (var i = 0; i < args.Count && options is not null; i++)
        {
            options = args[i] switch
            {
                "--short" => options,
                "--networks" => options with { HasNetworks = true },
                "--full-disk" => options with { HasSmallDisk = true },
                "--keep" => options with { KeepsFolder = true },
                var name => options.With(name, ++i < args.Count ? args[i] : ""),
            };
        }

        if (options is { HasSmallDisk: true, IsEmbedded: false } or { IsKubernetes: true, IsEmbedded: true } or { IsKubernetes: true, HasNetworks: true }
            or { Long: null, LongSeconds: not null } or { Long: not null, Silos: < 3 } or { Long: not null, IsEmbedded: true }
            or ({ ConfigMap: not null } and ({ KubeConfig: null } or { Runs: > 1 } or { Lanes: > 1 })))
        {
            return null;
        }

        return options is { IsEmbedded: true } ? options with { Silos = 1, HasNetworks = false } : options;
    }

    private ChaosOptions? With(string name, string value) => (name, value) switch
    {
        ("--seed", _) when Number(value, 0) is { } seed => this with { Seed = seed },
        ("--runs", _) when Number(value, 1) is { } runs => this with { Runs = runs },
        ("--silos", _) when Number(value, 1) is { } silos => this with { Silos = silos },
        ("--events", _) when Number(value, 1) is { } events => this with { Events = events },
        ("--faults", _) when Number(value, 0) is { } faults => this with { Faults = faults },
        ("--lanes", _) when Number(value, 1) is { } lanes => this with { Lanes = lanes },
        ("--long", "cut") => this with { Long = LongFault.Cut, HasNetworks = true },
        ("--long", "freeze-before-call") => this with { Long = LongFault.FreezeBeforeCall },
        ("--long", "freeze-after-write") => this with { Long = LongFault.FreezeAfterWrite },
        ("--long", "slow-store") => this with { Long = LongFault.SlowStore },
        ("--long-seconds", _) when Number(value, 1) is { } seconds => this with { LongSeconds = seconds },
        ("--results", { Length: > 0 }) => this with { ResultsFile = value },
        ("--store", "redis") => this,
        ("--store", "embedded") => this with { IsEmbedded = true },
        ("--clustering", "redis") => this,
        ("--clustering", "kubernetes") => this with { IsKubernetes = true },
        ("--kubeconfig", { Length: > 0 }) => this with { IsKubernetes = true, KubeConfig = Path.GetFullPath(value) },
        ("--config-map", { Length: > 0 }) => this with { ConfigMap = value },
        ("--sabotage", "ack-before-effect") => this with { IsSabotaged = true },
        _ => null,
    };

    private static int? Number(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : null;
}

/// <summary>The faults of a quarter of an hour; a run has one of them.</summary>
internal enum LongFault
{
    /// <summary>Two silos do not reach each other, and a third reaches both.</summary>
    Cut,

    /// <summary>A silo is frozen between the reading of instances' records and their calls to clusters.</summary>
    FreezeBeforeCall,

    /// <summary>A silo is frozen between the writing of instances' records and their calls to clusters.</summary>
    FreezeAfterWrite,

    /// <summary>The store answers one silo after minutes.</summary>
    SlowStore,
}
