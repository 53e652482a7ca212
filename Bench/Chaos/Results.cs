using System.Globalization;

namespace OrleansSie.Bench.Chaos;

/// <summary>A markdown table with one line a run, so that a long series can be resumed. Without a file it holds nothing.</summary>
internal sealed class Results
{
    private const string Head = "| seed | silos | messages | faults | minutes | verdict |\n|---|---|---|---|---|---|\n";

    private readonly string? _file;
    private readonly Lock _lock = new();

    public Results(string? file)
    {
        _file = file;
    }

    /// <summary>The seeds that need not be run again, and whether all their lines say exact: a difference of an earlier run stays one.</summary>
    public IReadOnlyDictionary<int, bool> Seeds() => _file is null || !File.Exists(_file)
        ? new Dictionary<int, bool>()
        : File.ReadLines(_file)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 2 && int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .GroupBy(cells => int.Parse(cells[1], CultureInfo.InvariantCulture), cells => cells[^2] == RunResult.Exact)
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
            File.AppendAllText(
                _file, $"{head}| {result.Seed} | {result.Silos} | {result.Messages} | {result.Faults} | {result.Took.TotalMinutes:F1} | {result.Verdict} |\n");
        }
    }
}
