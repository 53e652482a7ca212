using Orleans.GrainDirectory;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Dispatch;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// One instance name. An event's effect is durable before its outcome is answered: first what the instance knows and where an
/// interruption is to be counted, then the count in that cluster, then that it was counted. A repetition after a crash between two of
/// these finds the earlier ones done. Where the record says already where an interruption is to be counted, there is no first write. The
/// activation ends as soon as it has nothing to do.
/// </summary>
[GrainType(ShardDirectory.Instances)]
[ShardPlacement]
[GrainDirectory(ShardDirectory.Name)]
internal sealed class InstanceGrain : Grain, IInstanceGrain, IDisposable
{
    private readonly FencedState<InstanceState> _state;
    private readonly KnownClusters _clusters;
    private readonly ClusterCalls _calls;
    private readonly RecentOutcomes _recent;
    private readonly GrainMetrics _metrics;
    private readonly RetentionSettings _retention;
    private readonly TimeProvider _time;
    private readonly ILogger<InstanceGrain> _logger;
    private readonly string _key;
    private UnattributedCalls? _unattributed;

    // Memory holds what must be in the store before a cluster or the unattributed list is called. A call that failed may have left it so.
    private bool _isAhead;

    public InstanceGrain(
        [FromKeyedServices(StateStore.Instances)] IGrainStorage storage,
        IGrainContext context,
        KnownClusters clusters,
        ClusterCalls calls,
        RecentOutcomes recent,
        GrainMetrics metrics,
        RetentionSettings retention,
        KnownEpochs epochs,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<InstanceGrain> logger)
    {
        _state = new FencedState<InstanceState>(new DurableState<InstanceState>("instance", context, storage), epochs);
        _clusters = clusters;
        _calls = calls;
        _recent = recent;
        _metrics = metrics;
        _retention = retention;
        _time = time;
        _logger = logger;
        _key = context.GrainId.Key.ToString()!;
        metrics.Entered();
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public async Task<IReadOnlyList<Outcome>> Handle(IReadOnlyList<InstanceEvent> events)
    {
        try
        {
            await _state.LoadAsync();
            return await HandleAsync(events, new InstanceHistory(_state.Value, _key, _retention.Retention));
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    public Task<InterruptionStatus> GetStatus(string interruptionId) => OnceAsync(async history =>
    {
        if (history.Open.Find(interruptionId) is { Status: OpenStatus.counting })
        {
            await SaveAsync(false);
            await CountAsync(history);
        }

        if (history.Open.StatusOf(interruptionId) != InterruptionStatus.counted)
        {
            // This record was lost, or overwritten by an older one. What its cluster counted stays counted, also when its message comes again.
            await RecordCountedAsync(history, [history.Open.Find(interruptionId) ?? new OpenInterruption { Id = interruptionId }]);
        }

        return history.Open.StatusOf(interruptionId);
    });

    public Task Observe(InstanceObservation observation) => OnceAsync(async history =>
    {
        await SaveAsync(history.Observe(observation, _time.GetUtcNow()));
        await _clusters.EnsureAsync(history.Pools());
        await FinishAsync(history);
        return true;
    });

    public Task Vanish(ulong id, DateTimeOffset at) => OnceAsync(async history =>
    {
        await SaveAsync(history.Vanish(id, at));
        return true;
    });

    public Task<UnattributedStage> Wake(string interruptionId, UnattributedStage known, DateTimeOffset arrivedAt) => OnceAsync(async history =>
    {
        if (!Enum.IsDefined(known))
        {
            throw new ArgumentOutOfRangeException(nameof(known), known, "Only a later version knows this stage.");
        }

        await SaveAsync(history.Open.GiveUp(_time.GetUtcNow() - _retention.AttributionTimeout) | history.Open.Adopt(interruptionId, known, arrivedAt));
        if (known != UnattributedStage.counted && history.Open.StatusOf(interruptionId) == InterruptionStatus.counted)
        {
            await Unattributed.TellCountedAsync(interruptionId, arrivedAt);
        }

        await FinishAsync(history, history.Open.StageOf(interruptionId) > known ? [interruptionId] : []);
        return history.Open.StageOf(interruptionId);
    });

    /// <summary>Orleans calls it once for every grain that was made, also where the activation failed.</summary>
    public void Dispose() => _metrics.Left();

    /// <summary>Runs on the loaded state, and ends the activation afterwards.</summary>
    private async Task<T> OnceAsync<T>(Func<InstanceHistory, Task<T>> act)
    {
        try
        {
            await _state.LoadAsync();
            return await act(new InstanceHistory(_state.Value, _key, _retention.Retention));
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    private async Task<IReadOnlyList<Outcome>> HandleAsync(IReadOnlyList<InstanceEvent> events, InstanceHistory history)
    {
        var outcomes = new Outcome[events.Count];
        var now = _time.GetUtcNow();
        var hasCreation = false;
        for (var i = 0; i < outcomes.Length; i++)
        {
            (outcomes[i], var changed) = IsInterruptionBefore(events, i) ? (Outcome.duplicate, false) : history.Apply(events[i], now);
            _isAhead |= changed;
            hasCreation |= events[i].Kind == InstanceEventKind.created;
        }

        await SaveAsync(false);
        if (hasCreation)
        {
            await _clusters.EnsureAsync(history.Pools());
        }

        await FinishAsync(history, history.Open.WaitingOf(events));
        for (var i = 0; i < outcomes.Length; i++)
        {
            // Only what is recorded as counted: a confirmation that was sent before could come late, after the count and before its record.
            if (outcomes[i] == Outcome.duplicate
                && history.Open.StatusOf(events[i].EventId) == InterruptionStatus.counted
                && history.ClusterOf(events[i]) is { } counted)
            {
                _calls.Confirm(counted, events[i].EventId);
            }

            outcomes[i] = _recent.Resolve(events[i], outcomes[i]);
        }

        return outcomes;
    }

    /// <summary>Whether the same call holds the same interruption earlier.</summary>
    private static bool IsInterruptionBefore(IReadOnlyList<InstanceEvent> events, int at)
    {
        for (var i = 0; i < at; i++)
        {
            if (events[i].Kind == InstanceEventKind.interrupted && events[i].EventId == events[at].EventId)
            {
                return events[at].Kind == InstanceEventKind.interrupted;
            }
        }

        return false;
    }

    private UnattributedCalls Unattributed => _unattributed ??= new UnattributedCalls(_state, GrainFactory, _key);

    /// <summary>Writes the record if memory is ahead of it.</summary>
    private Task SaveAsync(bool changed)
    {
        _isAhead |= changed;
        return _isAhead ? WriteAsync() : Task.CompletedTask;
    }

    /// <summary>A write that fails ends the activation: what is in memory is not used then.</summary>
    private Task WriteAsync()
    {
        _isAhead = false;
        return _state.WriteAsync();
    }

    /// <summary>Counts what is to be counted, and tells the unattributed list what waits and what is given up.</summary>
    /// <param name="history">The state.</param>
    /// <param name="ids">Interruptions that the unattributed list is told about even if it may know.</param>
    private async Task FinishAsync(InstanceHistory history, params IReadOnlyCollection<string> ids)
    {
        await CountAsync(history);
        if (history.Open.ToTell(ids) is { Count: > 0 } toTell)
        {
            await Unattributed.TellAsync(toTell, WriteAsync);
        }
    }

    private async Task CountAsync(InstanceHistory history)
    {
        var toCount = history.Open.ToCount();
        if (toCount.Count == 0)
        {
            return;
        }

        await (toCount.Count == 1 ? AddAsync(history, toCount[0]) : Task.WhenAll(toCount.Select(open => AddAsync(history, open))));
        await RecordCountedAsync(history, toCount);
        foreach (var open in toCount)
        {
            _metrics.Counted(open.Reason, _time.GetUtcNow() - open.At);
            open.Log(_logger, _key);
            _calls.Confirm(open.Cluster!, open.Id);
        }
    }

    /// <summary>Records what clusters have counted, after the unattributed list was told of those that it may have.</summary>
    private Task RecordCountedAsync(InstanceHistory history, IReadOnlyList<OpenInterruption> counted)
    {
        var listed = counted.Where(o => o.Told != UnattributedStage.unheard).ToList();
        return listed.Count == 0 ? MarkCountedAsync(history, counted) : RecordToldAsync(history, counted, listed);
    }

    private Task RecordToldAsync(InstanceHistory history, IReadOnlyList<OpenInterruption> counted, List<OpenInterruption> listed) =>
        Unattributed.TellCountedAsync(listed, () => MarkCountedAsync(history, counted));

    private Task MarkCountedAsync(InstanceHistory history, IReadOnlyList<OpenInterruption> counted)
    {
        foreach (var open in counted)
        {
            history.Open.MarkCounted(open.Id);
        }

        return WriteAsync();
    }

    private async Task AddAsync(InstanceHistory history, OpenInterruption open)
    {
        var cluster = open.Cluster!;
        while (await _calls.AddAsync(cluster, history.ToInterruption(open, _state.EpochFor(cluster))) is { } told)
        {
            await _state.ReadAgainAsync(cluster, told);
        }
    }
}
