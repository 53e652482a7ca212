using System.Globalization;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>What a silo served at /metrics.</summary>
internal sealed class Exposition
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public Exposition(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var end = line.LastIndexOf(' ');
            _samples[line[..end]] = double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The value of a sample without labels; 0 where it is not there.</summary>
    public double Value(string name) => _samples.GetValueOrDefault(name);

    /// <summary>The sum of a metric's samples.</summary>
    public double Sum(string metric) => Of(metric).Sum(s => s.Value);

    /// <summary>A metric by the value of one label, summed over the others.</summary>
    public Dictionary<string, double> By(string metric, string label) => Of(metric)
        .GroupBy(s => LabelOf(s.Key, label), s => s.Value)
        .ToDictionary(g => g.Key, g => g.Sum(), StringComparer.Ordinal);

    private IEnumerable<KeyValuePair<string, double>> Of(string metric) =>
        _samples.Where(s => s.Key.StartsWith(metric + "{", StringComparison.Ordinal));

    private static string LabelOf(string sample, string label)
    {
        var start = sample.IndexOf(label + "=\"", StringComparison.Ordinal) + label.Length + 2;
        return sample[start..sample.IndexOf('"', start)];
    }
}
