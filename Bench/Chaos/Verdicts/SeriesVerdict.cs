using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>The series of interruptions on every silo against the model.</summary>
internal static class SeriesVerdict
{
    // A report that was lost is made up for when the index reads all clusters again, every 60 s.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(80);

    /// <summary>Waits for equality unless the store itself differs, so that it cannot come.</summary>
    public static async Task<IReadOnlyList<Difference>> CompareAsync(
        Model model, SiloFleet fleet, bool isHopeless, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        while (true)
        {
            var differences = new List<Difference>();
            foreach (var member in fleet.Members)
            {
                var exposition = await member.MetricsAsync(cancellationToken);
                differences.AddRange(Compare(
                    member.Number, model.Preemptions, exposition?.Interruptions()));
                differences.AddRange(exposition is null ? [] : [.. Register(member.Number, model.Figures, exposition), .. PoolVerdict.Compare(member.Number, model.Figures, exposition)]);
            }

            if (differences.Count == 0 || isHopeless || TimeProvider.System.GetElapsedTime(started) > (patience ?? _patience))
            {
                return differences;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static IEnumerable<Difference> Compare(int silo, SortedDictionary<string, long> expected, Dictionary<string, double>? shown)
    {
        if (shown is null)
        {
            return [new Difference($"silo {silo}, /metrics", "an answer", "none")];
        }

        return expected.Keys.Union(shown.Keys)
            .Where(name => !expected.TryGetValue(name, out var model) || !shown.TryGetValue(name, out var value) || model != value)
            .Select(name => new Difference(
                $"silo {silo}, {MetricNames.InterruptionEvents} of {name}",
                expected.TryGetValue(name, out var model) ? $"{model}" : "no series",
                shown.TryGetValue(name, out var value) ? $"{value}" : "no series"));
    }

    /// <summary>Who waits and who was given up changes as time goes by; together they are what the model foretells.</summary>
    private static IEnumerable<Difference> Register(int silo, Figures model, Exposition shown)
    {
        var open = shown.By(MetricNames.UnattributedMissing, "cause");
        var given = open.Values.Sum();
        (string What, double Expected, double Found)[] figures =
        [
            ("waiting, or given up as unknown_instance", model.Instances.Values.Sum(s => s.Waiting.Count),
                shown.Value(MetricNames.UnattributedWaiting) + open.GetValueOrDefault("unknown_instance")),
            ("given up as not_gke", model.Instances.Values.Sum(s => s.NotGke.Count), open.GetValueOrDefault("not_gke")),
            ("ever given up, less counted after all", given, shown.Sum(MetricNames.UnattributedGivenUp) - shown.Value(MetricNames.UnattributedCountedLater)),
        ];
        return figures
            .Where(f => f.Expected != f.Found)
            .Select(f => new Difference($"silo {silo}, {f.What}", $"{f.Expected}", $"{f.Found}"));
    }
}
