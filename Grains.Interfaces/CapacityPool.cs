namespace OrleansSie.Grains.Interfaces;

/// <summary>A capacity pool of one GKE cluster: nodes that Compute Engine places, and takes away, alike. Absent facts are empty strings.</summary>
/// <param name="NodePool">The node pool.</param>
/// <param name="Zone">The zone, from the instance's key.</param>
/// <param name="MachineType">Short machine type.</param>
/// <param name="ProvisioningModel">As in <see cref="InstanceDescription.ProvisioningModel"/>.</param>
[GenerateSerializer, Immutable, Alias("sie.capacity-pool")]
public sealed record CapacityPool(string NodePool, string Zone, string MachineType, string ProvisioningModel);

/// <summary>The labels an interruption is counted under inside its cluster.</summary>
/// <param name="Pool">The capacity pool.</param>
/// <param name="Reason">Why the instance was taken away, as <see cref="InterruptionReason"/>.</param>
/// <param name="AtLimit">Whether it is the end that every legacy preemptible instance has after 24 hours, not a lack of capacity.</param>
[GenerateSerializer, Immutable, Alias("sie.pool-labels")]
public sealed record PoolLabels(CapacityPool Pool, string Reason, bool AtLimit = false)
{
    /// <summary>The value of the label <c>reason</c>.</summary>
    public string ReasonLabel => NameOf(Reason, AtLimit);

    /// <summary>Whether it is the unplanned loss of a node: storms are made of these.</summary>
    public bool IsLoss =>
        !AtLimit && Reason is InterruptionReason.Preempted or InterruptionReason.HostError or InterruptionReason.BareMetalPreemption;

    /// <summary>As <see cref="ReasonLabel"/>.</summary>
    public static string NameOf(string reason, bool atLimit) => atLimit ? "preemptible_limit" : reason;
}

/// <summary>What was counted under one set of labels.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Count">Interruptions counted under them.</param>
/// <param name="Since">When the cluster first knew of these labels.</param>
/// <param name="Lifetimes">How long the instances had lived, of those whose creation is known.</param>
/// <param name="Last">The one that happened last; null where none was counted.</param>
[GenerateSerializer, Immutable, Alias("sie.pool-total")]
public sealed record PoolTotal(
    PoolLabels Labels, long Count, DateTimeOffset Since, Lifetimes Lifetimes, LastInterruption? Last = null)
{
    /// <summary>The losses among them of the last minutes.</summary>
    [Id(0)]
    public RecentLosses Recent { get; init; } = RecentLosses.None;
}

/// <summary>An interruption as it is named where only the last one is shown.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Instance">The instance's name; empty where the cluster has been read from the store since.</param>
/// <param name="Operation">Compute Engine's id of the operation; empty where none is known.</param>
[GenerateSerializer, Immutable, Alias("sie.last-interruption")]
public sealed record LastInterruption(DateTimeOffset At, string Instance = "", string Operation = "");

/// <summary>How long instances had lived when they were interrupted.</summary>
/// <param name="Counts">
/// Instances by the upper bound of their bucket in seconds; those above the last bound are in none. Another version may have bounds between
/// these: the instances up to a bound are those of all bounds up to it.
/// </param>
/// <param name="Count">All instances.</param>
/// <param name="Seconds">The sum of their ages in whole seconds.</param>
[GenerateSerializer, Immutable, Alias("sie.lifetimes")]
public sealed record Lifetimes(IReadOnlyDictionary<long, long> Counts, long Count, long Seconds)
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    /// <summary>The upper bounds of the buckets in seconds, each inclusive.</summary>
    public static IReadOnlyList<long> Bounds { get; } =
    [
        Minute, 2 * Minute, 5 * Minute, 10 * Minute, 20 * Minute, 30 * Minute, 40 * Minute, Hour, 2 * Hour, 4 * Hour, 6 * Hour, 12 * Hour,
        Day, 2 * Day, 4 * Day, 7 * Day, 14 * Day, 30 * Day,
    ];

    /// <summary>No instance.</summary>
    public static Lifetimes None { get; } = new(new Dictionary<long, long>(), 0, 0);

    /// <summary>The place among <see cref="Bounds"/> of the first that an age, in seconds, is not above; their number where there is none.</summary>
    public static int PlaceOf(long age)
    {
        var place = 0;
        while (place < Bounds.Count && age > Bounds[place])
        {
            place++;
        }

        return place;
    }
}
