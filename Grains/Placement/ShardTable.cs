using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Placement;

/// <summary>
/// Which silo each shard of the instances is on, for one set of silos: the same on every silo that knows the same set. No silo has more than
/// its equal part, rounded up. Rendezvous hashing: when a silo comes or goes, few shards move that would not have to.
/// </summary>
internal sealed class ShardTable
{
    private readonly SiloAddress[] _silos = new SiloAddress[InstanceShard.Count];

    /// <summary>Divides the shards.</summary>
    /// <param name="silos">At least one.</param>
    public ShardTable(IEnumerable<SiloAddress> silos)
    {
        SiloAddress[] all = [.. silos.Order()];
        var room = Enumerable.Repeat((InstanceShard.Count + all.Length - 1) / all.Length, all.Length).ToArray();
        for (var shard = 0; shard < InstanceShard.Count; shard++)
        {
            var best = Enumerable.Range(0, all.Length).Where(i => room[i] > 0).MaxBy(i => Score(shard, all[i]));
            _silos[shard] = all[best];
            room[best]--;
        }
    }

    /// <summary>The silo of a shard.</summary>
    public SiloAddress this[int shard] => _silos[shard];

    // The last steps of SplitMix64: every bit of the input decides about every bit of the score.
    private static ulong Score(int shard, SiloAddress silo)
    {
        var mixed = ((ulong)(uint)silo.GetConsistentHashCode() << 32) | (uint)shard;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
