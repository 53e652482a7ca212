using System.Globalization;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Testing;

/// <summary>Reads a /metrics document.</summary>
internal sealed class Exposition
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public Exposition(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var end = line.LastIndexOf(' ');
            _samples[line[..end]] = double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture);
        }
    }

    public string Text { get; }

    /// <summary>The value of one sample, written as in the document; null if it is not there.</summary>
    public double? this[string sample] => _samples.TryGetValue(sample, out var value) ? value : null;

    /// <summary>The value of a sample without labels; 0 where it is not there.</summary>
    public double Value(string name) => _samples.GetValueOrDefault(name);

    /// <summary>The samples of one metric, by everything in the braces.</summary>
    public IReadOnlyDictionary<string, double> Of(string metric) => _samples
        .Where(s => s.Key.StartsWith(metric + "{", StringComparison.Ordinal))
        .ToDictionary(s => s.Key[(metric.Length + 1)..^1], s => s.Value, StringComparer.Ordinal);

    /// <summary>The sum of a metric's samples.</summary>
    public double Sum(string metric) => Of(metric).Values.Sum();

    /// <summary>A metric by the value of one label, summed over the others.</summary>
    public Dictionary<string, double> By(string metric, string label) => Of(metric)
        .GroupBy(s => ValueOf(s.Key, label), s => s.Value)
        .ToDictionary(g => g.Key, g => g.Sum(), StringComparer.Ordinal);

    /// <summary>Interruptions by the name of the cluster.</summary>
    public Dictionary<string, double> Interruptions() => By(MetricNames.InterruptionEvents, "kubernetes_cluster");

    /// <summary>Interruptions of one cluster; null where it is not shown.</summary>
    public double? Interruptions(string cluster) => this[$"{MetricNames.InterruptionEvents}{{kubernetes_cluster=\"{cluster}\"}}"];

    /// <summary>Messages with one outcome, over all subscriptions.</summary>
    public double Messages(string outcome) => By(MetricNames.Messages, MetricNames.OutcomeLabel).GetValueOrDefault(outcome);

    public override string ToString() => string.Join('\n', Text.Split('\n').Where(l => l.StartsWith("sie_m", StringComparison.Ordinal) || l.StartsWith("interr", StringComparison.Ordinal)));

    private static string ValueOf(string labels, string label)
    {
        var start = labels.IndexOf(label + "=\"", StringComparison.Ordinal) + label.Length + 2;
        return labels[start..labels.IndexOf('"', start)];
    }
}
