using System.Text.Json;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>
/// Node-seconds against the lives of the listed nodes: exactly for those that run to the end, and for those that ended within the time
/// between the listings around it. Every silo shows what is stored.
/// </summary>
internal static class NodeVerdict
{
    // A silo shows whole seconds.
    private const double Shown = 1;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(80);
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<Difference>> CompareAsync(
        ListedNodes nodes, ChaosEnvironment environment, SiloFleet fleet, Action<string> tell, CancellationToken cancellationToken)
    {
        await nodes.RestAsync();
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(_period);
        while (true)
        {
            var stored = (await StoreReading.AllAsync(environment)).Find(record => record.Key.EndsWith("/nodes", StringComparison.Ordinal));
            IReadOnlyList<Seconds> all = stored is null ? [] : [.. OfStore(nodes, stored)];
            List<Difference> differences = stored is null
                ? [new Difference("a record of nodes", "stored", "not stored")]
                : [.. all.Where(s => s.IsWrong).Select(s => s.ToDifference()), .. await OfSilosAsync(stored, fleet, cancellationToken)];
            if (differences.Count == 0 || TimeProvider.System.GetElapsedTime(started) > _patience)
            {
                tell($"nodes have run: {string.Join("; ", all)}");
                return differences;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static IEnumerable<Seconds> OfStore(ListedNodes nodes, StoredRecord stored)
    {
        using var json = JsonDocument.Parse(stored.Data);
        var listed = json.RootElement.GetProperty("z").GetProperty(ListedNodes.Zone).GetProperty("t").GetDateTimeOffset();
        var found = ByMachineType(stored);
        foreach (var machineType in (string[])[ListedNodes.Lasting, ListedNodes.Ending])
        {
            var (truth, bound) = nodes.SecondsUntil(listed, machineType);
            yield return new Seconds(machineType, truth, bound, found.GetValueOrDefault(machineType));
        }
    }

    private static async Task<List<Difference>> OfSilosAsync(StoredRecord stored, SiloFleet fleet, CancellationToken cancellationToken)
    {
        var differences = new List<Difference>();
        foreach (var member in fleet.Members)
        {
            var shown = (await member.MetricsAsync(cancellationToken))?.By(MetricNames.NodeSeconds, MetricNames.MachineTypeLabel) ?? [];
            differences.AddRange(ByMachineType(stored)
                .Where(row => Math.Abs(shown.GetValueOrDefault(row.Key) - row.Value) >= Shown)
                .Select(row => new Difference($"silo {member.Number}, {MetricNames.NodeSeconds} of {row.Key}", $"{row.Value}", $"{shown.GetValueOrDefault(row.Key)}")));
        }

        return differences;
    }

    /// <summary>What is stored, by machine type, as docs/stored-form.md says.</summary>
    private static Dictionary<string, double> ByMachineType(StoredRecord stored)
    {
        using var json = JsonDocument.Parse(stored.Data);
        return json.RootElement.GetProperty("n").EnumerateArray().ToDictionary(
            row => row.GetProperty("m").GetString()!,
            row => row.TryGetProperty("t", out var milliseconds) ? milliseconds.GetInt64() / 1e3 : 0,
            StringComparer.Ordinal);
    }

    /// <summary>How long the nodes of a machine type have run.</summary>
    /// <param name="MachineType">The machine type.</param>
    /// <param name="Truth">By their lives.</param>
    /// <param name="Bound">How far the samples may be from it.</param>
    /// <param name="Found">In the store.</param>
    private sealed record Seconds(string MachineType, double Truth, double Bound, double Found)
    {
        /// <summary>A run without such nodes proves nothing.</summary>
        public bool IsWrong => Truth == 0 || Math.Abs(Found - Truth) > Bound;

        public Difference ToDifference() => new($"seconds of nodes {MachineType}", $"{Truth:F3}, within {Bound:F3}, and some", $"{Found:F3}");

        public override string ToString() => $"{MachineType} {Truth:F3} s, within {Bound:F3}, stored {Found:F3}";
    }
}
