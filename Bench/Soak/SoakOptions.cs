using System.Globalization;

namespace OrleansSie.Bench.Soak;

/// <summary>What a soak is asked for on the command line.</summary>
internal sealed record SoakOptions
{
    public int Events { get; init; } = 1_000_000;

    public int Instances { get; init; } = 200_000;

    /// <summary>How many times the silo is killed in a checkpoint afterwards; 0 leaves that part out.</summary>
    public int Kills { get; init; } = 5;

    /// <summary>Only the second part, on a store that is filled directly.</summary>
    public bool IsStoreOnly { get; init; }

    /// <summary>The store's memory setting in the second part.</summary>
    public string SmallMemory { get; init; } = "16m";

    /// <summary>A file that the report is written to as well.</summary>
    public string? Results { get; init; }

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <exception cref="ArgumentException">An argument is unknown, or the sizes do not fit.</exception>
    public static SoakOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new SoakOptions();
        for (var index = 0; index + 1 < arguments.Length; index += 2)
        {
            var value = arguments[index + 1];
            options = arguments[index] switch
            {
                "--events" => options with { Events = Number(value) },
                "--instances" => options with { Instances = Number(value) },
                "--kills" => options with { Kills = Number(value) },
                "--only" when value == "store" => options with { IsStoreOnly = true },
                "--small-memory" => options with { SmallMemory = value },
                "--results" => options with { Results = value },
                var unknown => throw new ArgumentException($"'{unknown}' is not an option of soak."),
            };
        }

        return arguments.Length % 2 == 0 && options.Instances % SoakPlan.Window == 0 && options.Events % options.Instances == 0
            && options.Events / options.Instances >= SoakPlan.FewestPerInstance
            ? options
            : throw new ArgumentException(
                $"--instances must be a multiple of {SoakPlan.Window}, --events a multiple of --instances and at least {SoakPlan.FewestPerInstance} times as many.");
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
