using OrleansSie.Bench.Chaos.Mixing;

namespace OrleansSie.Bench.Load;

/// <summary>
/// The events of instances that are numbered from 0: each is created once and preempted once. Instances take turns with the clusters, and
/// those of one cluster with its pools.
/// </summary>
internal sealed class Workload(int clusters, int pools = 1)
{
    private const string Location = "europe-west1";
    private const ulong FirstId = 4_000_000_000_000_000_000;

    // Every preemption comes later than every creation.
    private const int CreatedBefore = 10_000_000;

    private readonly Hardware[] _pools = [.. Enumerable.Range(0, pools).Select(i => new Hardware(i == 0 ? "spot-n2d" : $"spot-n2d-{i}", "n2d-standard-8", "spot"))];

    private readonly ClusterOfMix[] _clusters = [.. Enumerable.Range(0, clusters).Select(i => new ClusterOfMix($"cluster-{i}", Location))];

    /// <summary>The creations of some instances, or their preemptions.</summary>
    public List<byte[]> Entries(Range instances, bool creations)
    {
        var (first, count) = instances.GetOffsetAndLength(int.MaxValue);
        return [.. Enumerable.Range(first, count).Select(i => creations ? Creation(i) : Preemption(i))];
    }

    private byte[] Creation(int number)
    {
        var (instance, life) = Of(number);
        return EntryText.Creation(instance, life, $"operation-{number}", second: number);
    }

    private byte[] Preemption(int number)
    {
        var (instance, life) = Of(number);
        return EntryText.Event("compute.instances.preempted", instance, life, $"systemevent-{number}", second: CreatedBefore + number);
    }

    private (InstanceOfMix Instance, Life Life) Of(int number) => (
        new InstanceOfMix($"{Location}-c", $"gke-cluster-spot-n2d-{number}"),
        new Life(FirstId + (ulong)number, CreationTold: true, _clusters[number % _clusters.Length], _pools[number / _clusters.Length % _pools.Length]));
}
