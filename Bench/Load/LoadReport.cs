using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansSie.Bench.Load;

/// <summary>What all runs measured: a table with the medians and the spread, and everything as JSON.</summary>
internal sealed class LoadReport
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _command;
    private readonly string _machine;
    private readonly List<string> _programs;
    private readonly List<List<List<Figure>>> _runs;

    /// <param name="command">The command line.</param>
    /// <param name="machine">What it runs on.</param>
    /// <param name="programs">The names of what is measured; the first is compared with each of the others.</param>
    public LoadReport(string command, string machine, IEnumerable<string> programs)
    {
        _command = command;
        _machine = machine;
        _programs = [.. programs];
        _runs = [.. _programs.Select(_ => new List<List<Figure>>())];
    }

    /// <summary>Adds what one run of a program measured. The n-th of one program and the n-th of another are a pair.</summary>
    public void Add(int program, List<Figure> run) => _runs[program].Add(run);

    /// <summary>Markdown. A cell is the median, with the lowest and the highest.</summary>
    public string Table()
    {
        List<int> all = [.. Enumerable.Range(0, _programs.Count)], others = all[1..];
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"`{_command}`, {_runs[0].Count} runs\n\n{_machine}\n\n")
            .Append(CultureInfo.InvariantCulture, $"| figure | {string.Join(" | ", _programs.Concat(others.Select(o => $"{_programs[0]} / {_programs[o]}, 95 %")))} |\n")
            .Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---|", all.Count + others.Count))}\n");
        foreach (var figure in _runs.SelectMany(runs => runs).SelectMany(run => run.Select(f => f.Name)).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {figure} | {string.Join(" | ", all.Select(p => Cell(Values(p, figure))).Concat(others.Select(o => Ratio(o, figure))))} |\n");
        }

        return text.ToString();
    }

    /// <summary>The same, with each run.</summary>
    public string Json() => JsonSerializer.Serialize(
        new
        {
            command = _command,
            machine = _machine,
            programs = _programs.Select((name, i) => new { name, runs = _runs[i].Select(run => run.ToDictionary(f => f.Name, f => f.Value)) }),
        },
        _json);

    private List<double> Values(int program, string figure) => [.. _runs[program].SelectMany(run => run.Where(f => f.Name == figure)).Select(f => f.Value)];

    private string Ratio(int other, string figure)
    {
        var (ours, theirs) = (Values(0, figure), Values(other, figure));
        if (ours.Count == 0 || ours.Count != theirs.Count)
        {
            return "-";
        }

        var ratios = ours.Zip(theirs, (a, b) => a / b).ToList();
        var interval = Statistics.Interval(ratios) is var (low, high) ? $" ({Text(low)} to {Text(high)})" : "";
        return $"{Text(Statistics.Median(ratios))}{interval}";
    }

    private static string Cell(List<double> values) => values.Count switch
    {
        0 => "-",
        1 => Text(values[0]),
        _ => $"{Text(Statistics.Median(values))} ({Text(values.Min())} to {Text(values.Max())})",
    };

    private static string Text(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "F1", _ => "F2" }, CultureInfo.InvariantCulture);
}
