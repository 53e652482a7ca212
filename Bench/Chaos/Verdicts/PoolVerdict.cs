using System.Text.RegularExpressions;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>A silo's series by capacity pool, and its lifetimes, against the model.</summary>
internal static partial class PoolVerdict
{
    private static readonly string[] _names =
        [MetricNames.Interruptions, $"{MetricNames.NodeLifetime}_sum", $"{MetricNames.NodeLifetime}_count", $"{MetricNames.NodeLifetime}_bucket"];

    public static IEnumerable<Difference> Compare(int silo, Figures model, Exposition shown)
    {
        SortedDictionary<string, double> expected = new(StringComparer.Ordinal);
        foreach (var (cluster, rows) in model.Totals)
        {
            foreach (var (labels, count) in rows)
            {
                expected[$"{MetricNames.Interruptions} {NameOf(cluster)} {labels}"] = count;
            }
        }

        foreach (var (cluster, rows) in model.Ages)
        {
            foreach (var (labels, ages) in rows)
            {
                // A histogram has neither the zone nor the provisioning model.
                var parts = labels.Split(' ');
                var key = $"{NameOf(cluster)} {parts[0]} {parts[2]} {parts[4]}";
                Add(expected, $"{MetricNames.NodeLifetime}_sum {key}", ages.Seconds);
                Add(expected, $"{MetricNames.NodeLifetime}_count {key}", ages.Counts.Sum());
                var sum = 0L;
                foreach (var (place, count) in ages.Counts.Index())
                {
                    sum += count;
                    Add(expected, $"{MetricNames.NodeLifetime}_bucket {key} {(place < AgesOfRow.Bounds.Length ? $"{AgesOfRow.Bounds[place]}" : "+Inf")}", sum);
                }
            }
        }

        var found = _names
            .SelectMany(name => shown.Of(name).Select(s => (Series: $"{name} {string.Join(' ', Values().Matches(s.Key).Select(m => m.Groups[1].Value))}", s.Value)))
            .ToDictionary(s => s.Series, s => s.Value, StringComparer.Ordinal);
        return expected.Keys.Union(found.Keys)
            .Where(series => expected.GetValueOrDefault(series) != found.GetValueOrDefault(series))
            .Select(series => new Difference($"silo {silo}, {series}", $"{expected.GetValueOrDefault(series)}", $"{found.GetValueOrDefault(series)}"));
    }

    private static void Add(SortedDictionary<string, double> to, string series, long value) => to[series] = to.GetValueOrDefault(series) + value;

    private static string NameOf(string cluster)
    {
        var key = ClusterKey.Parse(cluster);
        return $"{key.Project} {key.Location} {key.Name}";
    }

    [GeneratedRegex("=\"([^\"]*)\"")]
    private static partial Regex Values();
}
