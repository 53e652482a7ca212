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

    /// <summary>The seeds that need not be run again.</summary>
    public IReadOnlySet<int> Seeds() => _file is null || !File.Exists(_file)
        ? new HashSet<int>()
        : File.ReadLines(_file)
            .Select(line => line.Split('|'))
            .Where(cells => cells.Length > 2)
            .Select(cells => int.TryParse(cells[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : -1)
            .Where(seed => seed >= 0)
            .ToHashSet();

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
