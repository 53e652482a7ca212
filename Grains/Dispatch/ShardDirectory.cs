using System.Diagnostics.CodeAnalysis;
using Orleans.GrainDirectory;
using Orleans.Runtime.GrainDirectory;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Dispatch;

/// <summary>
/// Where dispatchers and instances live: computed from the set of active silos at each call. So nothing is registered, looked up on another
/// silo or remembered, and every shard moves as soon as a silo learns that the set has changed. While silos disagree about the set, a grain
/// may be active on two of them: an instance's record has an etag and its activation ends after the call, a dispatcher keeps nothing.
/// <para>
/// Orleans asks its cache of addresses first. That is where the address is computed; the directory itself has no entries.
/// </para>
/// </summary>
internal sealed class ShardDirectory : IGrainDirectory, IGrainDirectoryCache
{
    /// <summary>The directory's name.</summary>
    public const string Name = "shards";

    /// <summary>The grain type of instances.</summary>
    public const string Instances = "instance";

    /// <summary>The grain type of dispatchers.</summary>
    public const string Dispatchers = "dispatcher";

    private static readonly GrainType _instances = GrainType.Create(Instances);
    private static readonly GrainType _dispatchers = GrainType.Create(Dispatchers);

    private readonly IClusterMembershipService _membership;
    private Known? _known;

    public ShardDirectory(IClusterMembershipService membership)
    {
        _membership = membership;
    }

    IEnumerable<(GrainAddress ActivationAddress, int Version)> IGrainDirectoryCache.KeyValues => [];

    bool IGrainDirectoryCache.LookUp(GrainId key, [NotNullWhen(true)] out GrainAddress? result, out int version)
    {
        var known = Now();
        version = (int)known.Members.Version.Value;
        result = known.Table is { } table && ShardOf(key) is { } shard
            ? new GrainAddress { GrainId = key, SiloAddress = table[shard], MembershipVersion = known.Members.Version }
            : null;
        return result is not null;
    }

    void IGrainDirectoryCache.AddOrUpdate(GrainAddress value, int version)
    {
    }

    bool IGrainDirectoryCache.Remove(GrainId key) => false;

    bool IGrainDirectoryCache.Remove(GrainAddress key) => false;

    void IGrainDirectoryCache.Clear()
    {
    }

    Task<GrainAddress?> IGrainDirectory.Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    Task<GrainAddress?> IGrainDirectory.Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    Task IGrainDirectory.Unregister(GrainAddress address) => Task.CompletedTask;

    Task IGrainDirectory.UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;

    // The cache is asked for every grain whose directory is not Orleans' own; it knows these two types only.
    private static int? ShardOf(GrainId id) =>
        id.Type == _instances ? InstanceShard.Of(id.Key.AsSpan())
        : id.Type == _dispatchers && id.TryGetIntegerKey(out var shard, out _) ? (int)((ulong)shard % InstanceShard.Count)
        : null;

    private Known Now()
    {
        var members = _membership.CurrentSnapshot;
        var known = Volatile.Read(ref _known);
        if (known is null || !ReferenceEquals(known.Members, members))
        {
            SiloAddress[] active = [.. members.Members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.SiloAddress)];
            known = new Known(members, active.Length > 0 ? new ShardTable(active) : null);
            Volatile.Write(ref _known, known);
        }

        return known;
    }

    private sealed record Known(ClusterMembershipSnapshot Members, ShardTable? Table);
}

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
