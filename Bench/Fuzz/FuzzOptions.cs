using System.Globalization;

namespace OrleansSie.Bench.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed class FuzzOptions
{
    public const string Usage =
        "       dotnet run --project Bench -c Release -- fuzz [--inputs 10000000] [--seed 1] [--minutes M] [--workers 2] [--out .]";

    public long Inputs { get; private set; } = 10_000_000;

    public ulong Seed { get; private set; } = 1;

    /// <summary>Ends the run early; a run that it ended is not repeated exactly by its seed.</summary>
    public double? Minutes { get; private set; }

    /// <summary>Threads, each with a corpus and a sequence of its own: part of what makes a run the same.</summary>
    public int Workers { get; private set; } = 2;

    /// <summary>The folder that failing inputs are saved in.</summary>
    public string Out { get; private set; } = ".";

    /// <summary>Null where the arguments cannot be read.</summary>
    public static FuzzOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new FuzzOptions();
        for (; arguments is [var name, var value, ..]; arguments = arguments[2..])
        {
            if (!options.Take(name, value))
            {
                return null;
            }
        }

        return arguments.IsEmpty ? options : null;
    }

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--inputs" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var inputs):
                Inputs = inputs;
                return true;
            case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                Seed = seed;
                return true;
            case "--minutes" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and < 100_000:
                Minutes = minutes;
                return true;
            case "--workers" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var workers) && workers is > 0 and <= 256:
                Workers = workers;
                return true;
            case "--out":
                Out = value;
                return true;
            default:
                return false;
        }
    }
}
