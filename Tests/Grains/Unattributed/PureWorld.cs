using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>The rules of all instances without grains, store or streams: what is applied, and what clusters have counted by it.</summary>
internal sealed class PureWorld
{
    private readonly Dictionary<string, InstanceState> _instances = [];
    private readonly Dictionary<string, Dictionary<string, string>> _counted = [];
    private readonly List<string> _labels = [];
    private DateTimeOffset _now = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

    public void Apply(Fact fact)
    {
        _now = _now.AddSeconds(1);
        var state = _instances.TryGetValue(fact.Instance, out var known) ? known : _instances[fact.Instance] = new InstanceState();
        var history = new InstanceHistory(state, fact.Instance, TimeSpan.FromDays(45));
        switch (fact)
        {
            case { Event: { } e }:
                history.Apply(e, _now);
                break;
            case { Observation: { } observation }:
                history.Observe(observation, _now);
                break;
            case { Vanished: { } vanished }:
                history.Vanish(vanished.Id, vanished.At);
                break;
            default:
                throw new ArgumentException($"{fact} says nothing.", nameof(fact));
        }

        foreach (var open in history.Open.ToCount())
        {
            var cluster = _counted.TryGetValue(open.Cluster!, out var ids) ? ids : _counted[open.Cluster!] = [];
            cluster.Add(open.Id, open.Reason);
            _labels.Add($"{open.Cluster} {history.ToInterruption(open, 0).Labels}");
            history.Open.MarkCounted(open.Id);
        }
    }

    /// <summary>The compatibility metric: preemptions by cluster name.</summary>
    public IEnumerable<string> Compatible() => Lines(
        _counted.GroupBy(c => ClusterKey.Parse(c.Key).Name, c => c.Value.Values.Count(r => r == InterruptionReason.Preempted)));

    /// <summary>Everything that was counted, by cluster key.</summary>
    public IEnumerable<string> ByKey() => Lines(_counted.GroupBy(c => c.Key, c => c.Value.Count));

    /// <summary>Everything that was counted, by cluster key and labels.</summary>
    public IEnumerable<string> ByLabels() => _labels.Order(StringComparer.Ordinal);

    /// <summary>How many interruptions were counted, each under whatever key.</summary>
    public int Sum() => _counted.Sum(c => c.Value.Count);

    /// <summary>Interruptions that no cluster counted, as the unattributed list would have them once their time is over.</summary>
    public IEnumerable<string> Unattributed() => _instances
        .SelectMany(i => i.Value.Open.Select(o => $"{i.Key} {o.Id} {(o.Status == OpenStatus.not_gke ? "not_gke" : "unknown_instance")}"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Lines(IEnumerable<IGrouping<string, int>> counts) =>
        counts.Select(c => $"{c.Key} {c.Sum()}").Order(StringComparer.Ordinal);
}
