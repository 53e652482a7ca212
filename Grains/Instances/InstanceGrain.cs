using Orleans.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// One instance name. An event's effect is durable before its delivery ends: first what the instance knows and where an
/// interruption is to be counted, then the count in that cluster, then that it was counted. Whatever is repeated after a crash
/// between two of these finds the earlier ones done. It leaves memory as soon as it has nothing to do.
/// </summary>
[GrainType("instance")]
[ImplicitStreamSubscription(InstanceStream.Namespace)]
[PreferLocalPlacement]
internal sealed class InstanceGrain : Grain, IInstanceGrain, IStreamSubscriptionObserver, IAsyncObserver<InstanceEvent>
{
    private readonly FencedState<InstanceState> _state;
    private readonly KnownClusters _clusters;
    private readonly GrainMetrics _metrics;
    private readonly AttributionSettings _attribution;
    private readonly TimeProvider _time;

    public InstanceGrain(
        [FromKeyedServices(StateStore.Instances)] IGrainStorage storage,
        IGrainContext context,
        KnownClusters clusters,
        GrainMetrics metrics,
        AttributionSettings attribution,
        KnownEpochs epochs,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _state = new FencedState<InstanceState>(new DurableState<InstanceState>("instance", context, storage), epochs);
        _clusters = clusters;
        _metrics = metrics;
        _attribution = attribution;
        _time = time;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<InstanceEvent>().ResumeAsync(this);

    public async Task OnNextAsync(InstanceEvent item, StreamSequenceToken? token = null)
    {
        var outcome = await Handle(item);
        await (item.Receipt?.Report(outcome) ?? Task.CompletedTask);
    }

    // The provider settles a failed message by itself; there is nothing to do here.
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task<InterruptionStanding> GetStanding(string interruptionId) => OnceAsync(async history =>
    {
        if (history.Open.Find(interruptionId) is { Status: OpenStatus.counting })
        {
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
        if (history.Observe(sighting, _time.GetUtcNow(), _attribution.Retention / 3))
        {
            await _state.WriteAsync();
        }

        await MakeClustersKnownAsync(history);
        await FinishAsync(history);
        return true;
    });

    public Task Vanish(ulong id, DateTimeOffset at) => OnceAsync(async history =>
    {
        if (history.Vanish(id, at))
        {
            await _state.WriteAsync();
        }

        return true;
    });

    public Task<ParkedStage> Wake(string interruptionId, ParkedStage known, DateTimeOffset arrivedAt) => OnceAsync(async history =>
    {
        if (history.Open.GiveUp(_time.GetUtcNow() - _attribution.Timeout) | history.Open.Adopt(interruptionId, known, arrivedAt))
        {
            await _state.WriteAsync();
        }

        if (known != ParkedStage.counted && history.Open.StandingOf(interruptionId) == InterruptionStanding.counted)
        {
            // No word of what the count is to be moved from: the register may have moved it already, and forgotten.
            await TellAsync(new ParkedNews(interruptionId, Key, arrivedAt, ParkedStage.unheard, ParkedStage.counted));
        }

        await FinishAsync(history, history.Open.StageOf(interruptionId) > known ? interruptionId : null);
        return history.Open.StageOf(interruptionId);
    });

    public Task<Outcome> Handle(InstanceEvent item) => OnceAsync(history => HandleAsync(item, history));

    /// <summary>The state is read, and the activation has nothing to do afterwards.</summary>
    private async Task<T> OnceAsync<T>(Func<InstanceHistory, Task<T>> act)
    {
        try
        {
            await _state.LoadAsync();
            return await act(new InstanceHistory(_state.Value, Key));
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    private async Task<Outcome> HandleAsync(InstanceEvent item, InstanceHistory history)
    {
        var (outcome, changed) = history.Apply(item, _time.GetUtcNow());
        if (changed)
        {
            await _state.WriteAsync();
        }

        if (item.Kind == InstanceEventKind.created)
        {
            await MakeClustersKnownAsync(history);
        }

        await FinishAsync(history, history.Open.StageOf(item.EventId) == ParkedStage.waits ? item.EventId : null);

        // Only what is recorded as counted: a confirmation that was sent before could come late, after the count and before its record.
        if (outcome == Outcome.duplicate && history.Open.StandingOf(item.EventId) == InterruptionStanding.counted && history.ClusterOf(item) is { } counted)
        {
            await GrainFactory.GetGrain<IClusterGrain>(counted).Confirm(item.EventId);
        }

        return outcome;
    }

    private string Key => this.GetPrimaryKeyString();

    private IParkedGrain Register => GrainFactory.GetGrain<IParkedGrain>(ParkedShard.Of(Key));

    private async Task MakeClustersKnownAsync(InstanceHistory history)
    {
        foreach (var cluster in history.Clusters())
        {
            await _clusters.EnsureAsync(cluster);
        }
    }

    /// <summary>Counts what is to be counted, and tells the register what waits and what is given up.</summary>
    /// <param name="history">The state.</param>
    /// <param name="id">An interruption of which the register is told though it may know.</param>
    private async Task FinishAsync(InstanceHistory history, string? id = null)
    {
        await CountAsync(history);
        var toTell = history.Open.ToTell(id);
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
        await _state.WriteAsync();
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

        foreach (var open in toCount)
        {
            await AddAsync(open.Cluster!, history.ToInterruption(open));
        }

        await RecordCountedAsync(history, toCount);
        foreach (var open in toCount)
        {
            _metrics.Counted(open.Reason, _time.GetUtcNow() - open.At);
            await GrainFactory.GetGrain<IClusterGrain>(open.Cluster!).Confirm(open.Id);
        }
    }

    /// <summary>Records what clusters have counted, after the register was told of those that it may have.</summary>
    private async Task RecordCountedAsync(InstanceHistory history, IReadOnlyList<OpenInterruption> counted)
    {
        var inRegister = counted.Where(o => o.Told != ParkedStage.unheard).ToList();
        foreach (var open in inRegister)
        {
            await TellAsync(News(open) with { Stage = ParkedStage.counted });
        }

        foreach (var open in counted)
        {
            history.Open.MarkCounted(open.Id);
        }

        await _state.WriteAsync();
        foreach (var open in inRegister)
        {
            await Register.Confirm(open.Id, ParkedStage.counted);
        }
    }

    private Task AddAsync(string cluster, Interruption interruption) =>
        _state.CallAsync(cluster, epoch => GrainFactory.GetGrain<IClusterGrain>(cluster).Add(interruption, epoch));

    private Task TellAsync(ParkedNews news) =>
        _state.CallAsync(KnownEpochs.Register(ParkedShard.Of(Key)), epoch => Register.Tell(news, epoch));

    private ParkedNews News(OpenInterruption open) => new(open.Id, Key, open.ArrivedAt, open.Told, open.Stage);
}
