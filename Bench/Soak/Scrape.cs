using System.Globalization;

namespace OrleansSie.Bench.Soak;

/// <summary>One metrics document of the silo.</summary>
internal sealed class Scrape
{
    private readonly Dictionary<string, double> _samples = [];

    public Scrape(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var end = line.LastIndexOf(' ');
            _samples[line[..end]] = double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Messages settled, with whatever outcome.</summary>
    public long Settled => (long)Of("sie_messages_total{").Sum(s => s.Value);

    public long InFlight => (long)Of("sie_messages_in_flight{").Sum(s => s.Value);

    public long DeliveryFailures => (long)Of("sie_delivery_failures_total{").Sum(s => s.Value);

    /// <summary>Messages by outcome, as text.</summary>
    public string Outcomes => string.Join(", ", Of("sie_messages_total{")
        .GroupBy(s => Label(s.Key, "outcome"))
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Sum(s => s.Value)}")));

    /// <summary>Interruptions by cluster name.</summary>
    public Dictionary<string, long> Interruptions => Of("interruption_events_total{")
        .ToDictionary(s => Label(s.Key, "kubernetes_cluster"), s => (long)s.Value);

    private IEnumerable<KeyValuePair<string, double>> Of(string start) => _samples.Where(s => s.Key.StartsWith(start, StringComparison.Ordinal));

    private static string Label(string series, string name)
    {
        var begin = series.IndexOf(name + "=\"", StringComparison.Ordinal) + name.Length + 2;
        return series[begin..series.IndexOf('"', begin)];
    }
}
