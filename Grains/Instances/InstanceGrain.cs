using Orleans.GrainDirectory;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Placement;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// One instance name. An event's effect is durable before its outcome is answered: first what the instance knows and where an
/// interruption is to be counted, then the count in that cluster, then that it was counted. Whatever is repeated after a crash
/// between two of these finds the earlier ones done. Where the record says already where an interruption is to be counted, there is no
/// first write. It leaves memory as soon as it has nothing to do.
/// </summary>
[GrainType(ShardDirectory.Instances)]
[ShardPlacement]
[GrainDirectory(ShardDirectory.Name)]
internal sealed class InstanceGrain : Grain, IInstanceGrain
{
    private readonly FencedState<InstanceState> _state;
    private readonly KnownClusters _clusters;
    private readonly ClusterCalls _calls;
    private readonly RecentOutcomes _recent;
    private readonly GrainMetrics _metrics;
    private readonly AttributionSettings _attribution;
    private readonly TimeProvider _time;
    private string? _key;

    // Memory holds what must be in the store before a cluster or the register hears of it. A call that failed may have left it so.
    private bool _isAhead;

    public InstanceGrain(
        [FromKeyedServices(StateStore.Instances)] IGrainStorage storage,
        IGrainContext context,
        KnownClusters clusters,
        ClusterCalls calls,
        RecentOutcomes recent,
        GrainMetrics metrics,
        AttributionSettings attribution,
        KnownEpochs epochs,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _state = new FencedState<InstanceState>(new DurableState<InstanceState>("instance", context, storage), epochs);
        _clusters = clusters;
        _calls = calls;
        _recent = recent;
        _metrics = metrics;
        _attribution = attribution;
        _time = time;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public async Task<IReadOnlyList<Outcome>> Handle(IReadOnlyList<InstanceEvent> events)
    {
        try
        {
            await _state.LoadAsync();
            return await HandleAsync(events, new InstanceHistory(_state.Value, Key, _attribution.Retention));
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    public Task<InterruptionStanding> GetStanding(string interruptionId) => OnceAsync(async history =>
    {
        if (history.Open.Find(interruptionId) is { Status: OpenStatus.counting })
        {
            await SaveAsync(false);
            await CountAsync(history);
        }

        if (history.Open.StandingOf(interruptionId) != InterruptionStanding.counted)
        {
            // This record was lost, or written over by an older one. What its cluster counted is counted, also when its message comes again.
            await RecordCountedAsync(history, [history.Open.Find(interruptionId) ?? new OpenInterruption { Id = interruptionId }]);
        }

        return history.Open.StandingOf(interruptionId);
    });

    public Task Observe(InstanceSighting sighting) => OnceAsync(async history =>
    {
        await SaveAsync(history.Observe(sighting, _time.GetUtcNow()));
        await MakeClustersKnownAsync(history);
        await FinishAsync(history);
        return true;
    });

    public Task Vanish(ulong id, DateTimeOffset at) => OnceAsync(async history =>
    {
        await SaveAsync(history.Vanish(id, at));
        return true;
    });

    public Task<ParkedStage> Wake(string interruptionId, ParkedStage known, DateTimeOffset arrivedAt) => OnceAsync(async history =>
    {
        await SaveAsync(history.Open.GiveUp(_time.GetUtcNow() - _attribution.Timeout) | history.Open.Adopt(interruptionId, known, arrivedAt));
        if (known != ParkedStage.counted && history.Open.StandingOf(interruptionId) == InterruptionStanding.counted)
        {
            // No word of what the count is to be moved from: the register may have moved it already, and forgotten.
            await TellAsync(new ParkedNews(interruptionId, Key, arrivedAt, ParkedStage.unheard, ParkedStage.counted));
        }

        await FinishAsync(history, history.Open.StageOf(interruptionId) > known ? [interruptionId] : []);
        return history.Open.StageOf(interruptionId);
    });

    /// <summary>The state is read, and the activation has nothing to do afterwards.</summary>
    private async Task<T> OnceAsync<T>(Func<InstanceHistory, Task<T>> act)
    {
        try
        {
            await _state.LoadAsync();
            return await act(new InstanceHistory(_state.Value, Key, _attribution.Retention));
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
            await MakeClustersKnownAsync(history);
        }

        await FinishAsync(history, history.Open.WaitingOf(events));
        for (var i = 0; i < outcomes.Length; i++)
        {
            // Only what is recorded as counted: a confirmation that was sent before could come late, after the count and before its record.
            if (outcomes[i] == Outcome.duplicate
                && history.Open.StandingOf(events[i].EventId) == InterruptionStanding.counted
                && history.ClusterOf(events[i]) is { } counted)
            {
                _calls.Confirm(counted, events[i].EventId);
            }

            outcomes[i] = AsBefore(events[i], outcomes[i]);
        }

        return outcomes;
    }

    /// <summary>What the message ended in when it came first, if it comes again.</summary>
    private Outcome AsBefore(InstanceEvent e, Outcome outcome)
    {
        if (e.MessageId.Length == 0)
        {
            return outcome;
        }

        if (outcome == Outcome.duplicate)
        {
            return _recent.Of(e) ?? outcome;
        }

        _recent.Add(e, outcome);
        return outcome;
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

    private string Key => _key ??= this.GetPrimaryKeyString();

    private IParkedGrain Register => GrainFactory.GetGrain<IParkedGrain>(ParkedShard.Of(Key));

    /// <summary>Writes the record if memory is ahead of it.</summary>
    private Task SaveAsync(bool changed)
    {
        _isAhead |= changed;
        return _isAhead ? WriteAsync() : Task.CompletedTask;
    }

    /// <summary>A write that fails ends the activation: nothing is asked of what is in memory then.</summary>
    private Task WriteAsync()
    {
        _isAhead = false;
        return _state.WriteAsync();
    }

    private async Task MakeClustersKnownAsync(InstanceHistory history)
    {
        foreach (var cluster in history.Clusters())
        {
            await _clusters.EnsureAsync(cluster);
        }
    }

    /// <summary>Counts what is to be counted, and tells the register what waits and what is given up.</summary>
    /// <param name="history">The state.</param>
    /// <param name="ids">Interruptions of which the register is told though it may know.</param>
    private async Task FinishAsync(InstanceHistory history, params IReadOnlyCollection<string> ids)
    {
        await CountAsync(history);
        var toTell = history.Open.ToTell(ids);
        if (toTell.Count == 0)
        {
            return;
        }

        foreach (var open in toTell)
        {
            await TellAsync(News(open));
        }

        var givenUp = toTell.Where(o => o.Told != o.Stage).ToList();
        if (givenUp.Count == 0)
        {
            return;
        }

        givenUp.ForEach(o => o.Told = o.Stage);
        await WriteAsync();
        foreach (var open in givenUp)
        {
            await Register.Confirm(open.Id, open.Stage);
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
            _calls.Confirm(open.Cluster!, open.Id);
        }
    }

    /// <summary>Records what clusters have counted, after the register was told of those that it may have.</summary>
    private Task RecordCountedAsync(InstanceHistory history, IReadOnlyList<OpenInterruption> counted)
    {
        var inRegister = counted.Where(o => o.Told != ParkedStage.unheard).ToList();
        return inRegister.Count == 0 ? MarkCountedAsync(history, counted) : RecordToldAsync(history, counted, inRegister);
    }

    private async Task RecordToldAsync(InstanceHistory history, IReadOnlyList<OpenInterruption> counted, List<OpenInterruption> inRegister)
    {
        foreach (var open in inRegister)
        {
            await TellAsync(News(open) with { Stage = ParkedStage.counted });
        }

        await MarkCountedAsync(history, counted);
        foreach (var open in inRegister)
        {
            await Register.Confirm(open.Id, ParkedStage.counted);
        }
    }

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

    private async Task TellAsync(ParkedNews news)
    {
        var shard = KnownEpochs.Register(ParkedShard.Of(Key));
        while (await Register.Tell(news, _state.EpochFor(shard)) is { } told)
        {
            await _state.ReadAgainAsync(shard, told);
        }
    }

    private ParkedNews News(OpenInterruption open) => new(open.Id, Key, open.ArrivedAt, open.Told, open.Stage);
}
