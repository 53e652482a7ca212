using System.Globalization;

namespace OrleansSie.Bench.Chaos;

/// <summary>A markdown table with one line a run, so that a long series can be resumed. Without a file it holds nothing.</summary>
internal sealed class Results
{
    /// <summary>The first two lines of a table.</summary>
    public const string Head = "| seed | silos | messages | faults | sources | minutes | shown | verdict |\n|---|---|---|---|---|---|---|---|\n";

    // What a line is split into, with nothing before its first bar and nothing after its last.
    private const int Cells = 10;

    private readonly string? _file;
    private readonly string _sources;
    private readonly Lock _lock = new();

    /// <param name="file">The table; it need not be there.</param>
    /// <param name="sources">Names the program that is run; lines about another one are left out.</param>
    public Results(string? file, string sources)
    {
        _file = file;
        _sources = sources;
    }

    /// <summary>
    /// The seeds, with their faults, that need not be run again, and whether all their lines say exact: a difference of an earlier run
    /// stays one.
    /// </summary>
    public IReadOnlyDictionary<(int Seed, string Faults), bool> Known() => _file is null || !File.Exists(_file)
        ? new Dictionary<(int, string), bool>()
        : File.ReadLines(_file)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == Cells && cells[5] == _sources)
            .GroupBy(cells => (int.Parse(cells[1], CultureInfo.InvariantCulture), cells[4]), cells => cells[^2] == RunResult.Exact)
            .ToDictionary(seed => seed.Key, lines => lines.All(isExact => isExact));

    /// <summary>Appends a line.</summary>
    public void Add(RunResult result)
    {
        if (_file is null)
        {
            return;
        }

        lock (_lock)
        {
            var head = File.Exists(_file) ? "" : Head;
            var line = $"| {result.Seed} | {result.Silos} | {result.Messages} | {result.Faults} | {_sources} | {result.Took.TotalMinutes:F1} | {result.Shown} | {result.Verdict} |";
            File.AppendAllText(_file, $"{head}{line}\n");
        }
    }
}

/// <summary>What became of one run, and what it showed besides.</summary>
internal sealed record RunResult(int Seed, int Silos, int Messages, string Faults, TimeSpan Took, int Differences, string Shown = "")
{
    public const string Exact = "exact";

    public string Verdict => Differences == 0 ? Exact : $"{Differences} differences";
}
