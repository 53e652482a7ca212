namespace OrleansSie.Tests.EndToEnd;

/// <summary>Reads a /metrics document.</summary>
internal sealed class Exposition
{
    private readonly Dictionary<string, double> _samples = [];

    public Exposition(string text)
    {
        Text = text;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var end = line.LastIndexOf(' ');
            _samples[line[..end]] = double.Parse(line[(end + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    public string Text { get; }

    /// <summary>The value of one sample, written as in the document; null if it is not there.</summary>
    public double? this[string sample] => _samples.TryGetValue(sample, out var value) ? value : null;

    /// <summary>The samples of one metric, by everything in the braces.</summary>
    public IReadOnlyDictionary<string, double> Of(string metric) => _samples
        .Where(s => s.Key.StartsWith(metric + "{", StringComparison.Ordinal))
        .ToDictionary(s => s.Key[(metric.Length + 1)..^1], s => s.Value);

    /// <summary>Interruptions of one cluster.</summary>
    public double? Interruptions(string cluster) => this[$"interruption_events_total{{kubernetes_cluster=\"{cluster}\"}}"];

    /// <summary>Messages with one outcome, over all subscriptions.</summary>
    public double Messages(string outcome) => Of("sie_messages_total")
        .Where(s => s.Key.EndsWith($"outcome=\"{outcome}\"", StringComparison.Ordinal))
        .Sum(s => s.Value);

    public override string ToString() => string.Join('\n', Text.Split('\n').Where(l => l.StartsWith("sie_m", StringComparison.Ordinal) || l.StartsWith("interr", StringComparison.Ordinal)));
}
