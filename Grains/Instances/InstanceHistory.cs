using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// What an event means for an instance's state: which incarnation it belongs to, what is remembered, what is to be counted.
/// Pure: it changes the state in memory only, and says whether it did.
/// </summary>
internal sealed class InstanceHistory
{
    private const string InventoryPrefix = "inventory/";

    // An API that lists the instance this long after its creation was answered with an error contradicts that answer.
    private static readonly TimeSpan _failureIsFinalFor = TimeSpan.FromMinutes(10);

    private readonly InstanceState _state;
    private readonly string _instance;
    private readonly TimeSpan _retention;
    private readonly TrimmedIncarnations _trimmed;

    public InstanceHistory(InstanceState state, string instance, TimeSpan retention)
    {
        _state = state;
        _instance = instance;
        _retention = retention;
        _trimmed = new TrimmedIncarnations(state);
        Open = new OpenInterruptions(state);
    }

    /// <summary>The interruptions that are not recorded as counted.</summary>
    public OpenInterruptions Open { get; }

    /// <summary>Applies one event that arrived now.</summary>
    /// <returns>
    /// The outcome if nothing is left to count, and whether the record must be written before anything is counted. It need not be for an
    /// interruption alone whose numeric id an incarnation has already, with its cluster: that is as durable as the record and never changes, so
    /// the interruption gets the same cluster if it comes again.
    /// </returns>
    public (Outcome Outcome, bool Changed) Apply(InstanceEvent e, DateTimeOffset now)
    {
        var known = Incarnations.Count(_state);
        var (outcome, changed) = e.Kind switch
        {
            InstanceEventKind.created => Describe(e),
            InstanceEventKind.create_finished => (Outcome.create_finished, Learn(e)),
            InstanceEventKind.create_failed => (Outcome.create_failed, Fail(e)),
            InstanceEventKind.bulk_created => (Outcome.bulk_created, LearnOfBulk(e)),
            InstanceEventKind.deleted => (Outcome.deleted, End(e)),
            InstanceEventKind.interrupted => Interrupt(e, now),
            _ => throw new ArgumentOutOfRangeException(nameof(e), e.Kind, "Unknown kind of event."),
        };

        // An incarnation that is new, or has learned its id, is part of what must be durable.
        changed |= Open.Attribute() || known != Incarnations.Count(_state);
        if (e.Kind == InstanceEventKind.interrupted && outcome == Outcome.waiting)
        {
            outcome = Open.OutcomeOf(e.EventId);
        }

        if (changed)
        {
            Tidy(now);
        }

        return (outcome, changed);
    }

    /// <summary>Applies what an inventory found.</summary>
    /// <param name="observation">What it found.</param>
    /// <param name="now">When it arrived. A record that was not written for a third of the retention is written again, so that it stays in the store.</param>
    /// <returns>Whether the state changed.</returns>
    public bool Observe(InstanceObservation observation, DateTimeOffset now)
    {
        var known = Incarnations.Count(_state);
        var incarnation = Incarnations.FindOrAdd(_state, observation);
        var changed = incarnation.Fill(
            $"{InventoryPrefix}{observation.Id}", observation.CreatedAt, observation.Description, ClusterOf(observation.Description));
        changed |= incarnation.SpokenOfAt(observation.CreatedAt);
        if (incarnation.Failed && incarnation.EndedAt + _failureIsFinalFor < observation.SeenAt)
        {
            (incarnation.Failed, incarnation.EndedAt) = (false, null);
            changed = true;
        }

        Incarnations.Sort(_state);
        changed |= Open.Attribute() || known != Incarnations.Count(_state) || now - _state.LastHeardAt > _retention / 3;
        if (changed)
        {
            Tidy(now);
        }

        return changed;
    }

    /// <summary>Closes the life of a numeric id that is gone, unless its end is known.</summary>
    /// <returns>Whether the state changed.</returns>
    public bool Vanish(ulong id, DateTimeOffset at)
    {
        if (Incarnations.WithId(_state, id) is not { EndedAt: null } incarnation || at < incarnation.FirstAt)
        {
            return false;
        }

        incarnation.EndedAt = at;
        return true;
    }

    /// <summary>What is counted for an interruption, under the labels fixed for it.</summary>
    /// <param name="open">The interruption.</param>
    /// <param name="epoch">The epoch under which its cluster is called.</param>
    public Interruption ToInterruption(OpenInterruption open, long epoch) => new(
        open.Id,
        _instance,
        open.At,
        new PoolLabels(
            new CapacityPool(open.NodePool, InstanceKey.ZoneOf(_instance), open.MachineType, open.ProvisioningModel), open.Reason, open.AtLimit),
        epoch,
        open.Age is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        open.Operation ?? "");

    /// <summary>The cluster that an interruption counted earlier belongs to, as far as it is still remembered.</summary>
    public string? ClusterOf(InstanceEvent e)
    {
        var cluster = Incarnations.Of(_state, new OpenInterruption { InstanceId = e.InstanceId, At = e.At })?.Cluster;
        return cluster is null && e.InstanceId is { } id && _trimmed.ClusterOf(id) is { Length: > 0 } former ? former : cluster;
    }

    /// <summary>The clusters and pools of all remembered incarnations.</summary>
    public IReadOnlyList<(string Cluster, CapacityPool Pool)> Pools() => Incarnations.PoolsOf(_state, InstanceKey.ZoneOf(_instance));

    private (Outcome Outcome, bool Changed) Interrupt(InstanceEvent e, DateTimeOffset now)
    {
        if (_state.Counted.Contains(e.EventId))
        {
            return (Outcome.duplicate, false);
        }

        var open = Open.Find(e.EventId);
        if (open is { Lost: false })
        {
            // One that is being counted was never answered: its message gets the outcome of the count.
            return (open.Status == OpenStatus.counting ? Outcome.counted : Outcome.duplicate, false);
        }

        var life = e.InstanceId is { } id ? Incarnations.WithId(_state, id) : null;
        if (e.InstanceId is not null && life is null)
        {
            Incarnations.FindOrAdd(_state, e);
        }

        var isKnown = open is null && life?.Cluster is not null;
        if (open is null)
        {
            open = new OpenInterruption { Id = e.EventId, ArrivedAt = now };
            _state.Open.Add(open);
        }

        (open.InstanceId, open.At, open.Reason, open.Operation, open.Lost) = (e.InstanceId, e.At, e.Reason, e.Operation.Length > 0 ? e.Operation : null, false);
        if (isKnown)
        {
            open.Attribute(life!);
            _state.LastHeardAt = now;
        }

        return (Outcome.waiting, !isKnown);
    }

    private (Outcome Outcome, bool Changed) Describe(InstanceEvent e)
    {
        var description = e.Description ?? new InstanceDescription("", "", "", "", "");
        var incarnation = e.InstanceId is null ? Incarnations.FindOrAddDescribed(_state, e) : Incarnations.FindOrAdd(_state, e);
        var cluster = ClusterOf(description);
        var isFromInventory = incarnation.DescribedBy?.StartsWith(InventoryPrefix, StringComparison.Ordinal) == true;
        var isRepeated = incarnation.IsDescribed && (!isFromInventory || incarnation.CreatedBy is not null);
        var changed = incarnation.Fill(e.EventId, e.AtIsPublishTime ? null : e.At, description, cluster);
        changed |= incarnation.SpokenOfAt(e.At);
        if (isFromInventory && !isRepeated)
        {
            incarnation.CreatedBy = e.EventId;
            changed = true;
        }

        Incarnations.Sort(_state);
        return (isRepeated && !changed ? Outcome.duplicate : cluster is null ? Outcome.not_gke : Outcome.created, changed);
    }

    private string? ClusterOf(InstanceDescription description) =>
        description.ClusterName.Length == 0
            ? null
            : new ClusterKey(InstanceKey.ProjectOf(_instance), description.ClusterLocation, description.ClusterName).ToString();

    /// <summary>Brings nothing new except, maybe, the id of an incarnation that had none.</summary>
    private bool Learn(InstanceEvent e)
    {
        if (e.InstanceId is not null)
        {
            Incarnations.Find(_state, e);
        }

        return false;
    }

    private bool LearnOfBulk(InstanceEvent e)
    {
        if (e.InstanceId is not null)
        {
            Incarnations.FindOrAdd(_state, e);
        }

        return false;
    }

    private bool Fail(InstanceEvent e)
    {
        var incarnation = e.InstanceId is null ? Incarnations.LivingAt(_state, e.At) : Incarnations.FindOrAdd(_state, e);
        if (incarnation is null or { Failed: true })
        {
            return false;
        }

        incarnation.Failed = true;
        incarnation.EndedAt = e.At;
        return true;
    }

    private bool End(InstanceEvent e)
    {
        var incarnation = e.InstanceId is null ? Incarnations.LivingAt(_state, e.At) : Incarnations.Find(_state, e);
        if (incarnation is null || e.At < incarnation.FirstAt || e.At >= incarnation.EndedAt)
        {
            return false;
        }

        incarnation.EndedAt = e.At;
        return true;
    }

    /// <summary>Trims what the record no longer needs after news of the instance.</summary>
    private void Tidy(DateTimeOffset now)
    {
        Open.Trim();
        Incarnations.Trim(_state, _trimmed, now);
        _trimmed.Trim(now, _retention);
        _state.LastHeardAt = now;
    }
}
