namespace OrleansSie.Grains.Interfaces;

/// <summary>How many nodes were lost in each of the last minutes, by the times of the interruptions.</summary>
/// <param name="First">The Unix minute of the first count.</param>
/// <param name="Counts">The losses of each minute from that one on.</param>
[GenerateSerializer, Immutable, Alias("sie.recent-losses")]
public sealed record RecentLosses(long First, IReadOnlyList<long> Counts)
{
    /// <summary>So many minutes before the current one are kept.</summary>
    public const int Minutes = 15;

    /// <summary>No loss.</summary>
    public static RecentLosses None { get; } = new(0, []);

    /// <summary>The Unix minute of the last loss; 0 without any.</summary>
    public long Last => Counts.Count == 0 ? 0 : First + Counts.Count - 1;

    /// <summary>The Unix minute of a time in Unix milliseconds.</summary>
    public static long MinuteOf(long milliseconds) => milliseconds / 60_000;

    /// <summary>The Unix minute of a time.</summary>
    public static long MinuteOf(DateTimeOffset time) => MinuteOf(time.ToUnixTimeMilliseconds());

    /// <summary>The losses from a minute on, as far as they are before another one.</summary>
    public long Between(long from, long before)
    {
        var sum = 0L;
        for (var i = 0; i < Counts.Count; i++)
        {
            sum += First + i >= from && First + i < before ? Counts[i] : 0;
        }

        return sum;
    }

    /// <summary>The first minute with a loss from a minute on; null without any.</summary>
    public long? FirstFrom(long from)
    {
        for (var i = 0; i < Counts.Count; i++)
        {
            if (First + i >= from && Counts[i] > 0)
            {
                return First + i;
            }
        }

        return null;
    }
}

/// <summary>Which part of some nodes was lost in a window: the current minute and some before it.</summary>
/// <param name="Lost">The nodes lost in the window.</param>
/// <param name="Nodes">
/// The nodes of the last listing, and those lost in the window before it, which it no longer shows. Losses of the listing's own minute
/// count as such, so that the share is never too high by them.
/// </param>
public readonly record struct LossShare(long Lost, long Nodes)
{
    /// <summary>A storm begins by the losses of the current minute and so many before it.</summary>
    public const int BeginMinutes = 5;

    /// <summary>A storm ends by those of this window.</summary>
    public const int EndMinutes = RecentLosses.Minutes;

    /// <summary>From 0 to 1. More can be lost than were listed: nodes that started after the listing.</summary>
    public double Ratio => Lost == 0 ? 0 : (double)Lost / Math.Max(Lost, Nodes);

    /// <summary>The share of both together.</summary>
    public static LossShare operator +(LossShare one, LossShare other) => new(one.Lost + other.Lost, one.Nodes + other.Nodes);

    /// <summary>The share of the nodes in zones whose nodes are known.</summary>
    /// <param name="totals">What was counted.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="listed">When each zone was last listed.</param>
    /// <param name="listingMinutes">The nodes of a zone whose last listing is older are not known.</param>
    /// <param name="now">The current Unix minute.</param>
    /// <param name="minutes">So many minutes before it belong to the window.</param>
    public static LossShare Of(
        IEnumerable<PoolTotal> totals,
        IEnumerable<NodeTotal> nodes,
        IReadOnlyDictionary<string, DateTimeOffset> listed,
        int listingMinutes,
        long now,
        int minutes)
    {
        var share = new LossShare(0, nodes.Sum(node => ListedAt(node.Labels.Pool) is null ? 0 : node.Running));
        foreach (var total in totals)
        {
            if (total.Recent.Counts.Count > 0 && ListedAt(total.Labels.Pool) is { } at)
            {
                share += new LossShare(total.Recent.Between(now - minutes, long.MaxValue), total.Recent.Between(now - minutes, at + 1));
            }
        }

        return share;

        long? ListedAt(CapacityPool pool) =>
            listed.TryGetValue(pool.Zone, out var at) && RecentLosses.MinuteOf(at) is var minute && minute >= now - listingMinutes ? minute : null;
    }
}

/// <summary>So many nodes of a GKE cluster were lost within minutes that it is one event for those who run it. Its members identify it.</summary>
/// <param name="NodePool">The node pool; null is the whole GKE cluster.</param>
/// <param name="Since">The minute of its first loss.</param>
[GenerateSerializer, Immutable, Alias("sie.storm")]
public sealed record Storm(string? NodePool, DateTimeOffset Since);
