using System.Collections.Immutable;
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
    private readonly DurableState<InstanceState> _state;
    private readonly KnownClusters _clusters;
    private readonly GrainMetrics _metrics;
    private readonly AttributionSettings _attribution;
    private readonly KnownEpochs _epochs;
    private readonly TimeProvider _time;
    private ImmutableDictionary<string, long> _began = [];

    public InstanceGrain(
        [FromKeyedServices(StateStore.Instances)] IGrainStorage storage,
        IGrainContext context,
        KnownClusters clusters,
        GrainMetrics metrics,
        AttributionSettings attribution,
        KnownEpochs epochs,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _state = new DurableState<InstanceState>("instance", context, storage);
        _clusters = clusters;
        _metrics = metrics;
        _attribution = attribution;
        _epochs = epochs;
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

        if (history.Open.StandingOf(interruptionId) == InterruptionStanding.unknown)
        {
            // This record was lost, or written over by an older one. What its cluster counted is counted, also when its message comes again.
            history.Open.MarkCounted(interruptionId);
            await WriteAsync();
        }

        return history.Open.StandingOf(interruptionId);
    });

    public Task Observe(InstanceSighting sighting) => OnceAsync(async history =>
    {
        if (history.Observe(sighting, _time.GetUtcNow(), _attribution.Retention / 3))
        {
            await WriteAsync();
        }

        await MakeClustersKnownAsync(history);
        await FinishAsync(history);
        return true;
    });

    public Task Vanish(ulong id, DateTimeOffset at) => OnceAsync(async history =>
    {
        if (history.Vanish(id, at))
        {
            await WriteAsync();
        }

        return true;
    });

    public Task<bool> Wake(string interruptionId) => OnceAsync(async history =>
    {
        if (history.Open.GiveUp(_time.GetUtcNow() - _attribution.Timeout))
        {
            await WriteAsync();
        }

        await FinishAsync(history);
        return history.Open.Find(interruptionId) is { Status: OpenStatus.parked, TimedOut: false };
    });

    public Task<Outcome> Handle(InstanceEvent item) => OnceAsync(history => HandleAsync(item, history));

    /// <summary>The state is read, and the activation has nothing to do afterwards.</summary>
    private async Task<T> OnceAsync<T>(Func<InstanceHistory, Task<T>> act)
    {
        try
        {
            _began = _state.IsLoaded ? _began : _epochs.Now;
            await _state.LoadAsync();
            return await act(new InstanceHistory(_state.Value, this.GetPrimaryKeyString()));
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
            await WriteAsync();
        }

        if (item.Kind == InstanceEventKind.created)
        {
            await MakeClustersKnownAsync(history);
        }

        await FinishAsync(history, item.EventId);
        // Only what is recorded as counted: a confirmation that was sent before could come late, after the count and before its record.
        if (outcome == Outcome.duplicate && history.Open.StandingOf(item.EventId) == InterruptionStanding.counted && history.ClusterOf(item) is { } counted)
        {
            await GrainFactory.GetGrain<IClusterGrain>(counted).Confirm(item.EventId);
        }

        return outcome;
    }

    private IParkedGrain Register => GrainFactory.GetGrain<IParkedGrain>(ParkedShard.Of(this.GetPrimaryKeyString()));

    private async Task MakeClustersKnownAsync(InstanceHistory history)
    {
        foreach (var cluster in history.Clusters())
        {
            await _clusters.EnsureAsync(cluster);
        }
    }

    /// <summary>Counts what is to be counted, and tells the register what waits and what is given up.</summary>
    private async Task FinishAsync(InstanceHistory history, string? eventId = null)
    {
        await CountAsync(history);
        foreach (var open in history.Open.ToPark(eventId))
        {
            await Register.Park(open.Id, this.GetPrimaryKeyString(), open.ArrivedAt);
        }

        var toTell = history.Open.ToTell();
        if (toTell.Count == 0)
        {
            return;
        }

        var settlements = new List<ParkedSettlement>();
        foreach (var open in toTell)
        {
            settlements.Add(Settlement(open));
            await SettleAsync(settlements[^1]);
            open.Told = open.Cause;
        }

        await WriteAsync();
        foreach (var settlement in settlements)
        {
            await Register.Confirm(settlement);
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
            await (open.Waited ? SettleAsync(Settlement(open)) : Task.CompletedTask);
        }

        foreach (var open in toCount)
        {
            history.Open.MarkCounted(open.Id);
        }

        await WriteAsync();
        foreach (var open in toCount)
        {
            _metrics.Counted(open.Reason, _time.GetUtcNow() - open.At);
            await GrainFactory.GetGrain<IClusterGrain>(open.Cluster!).Confirm(open.Id);
            await (open.Told is null ? Task.CompletedTask : Register.Confirm(Settlement(open)));
        }
    }

    private Task AddAsync(string cluster, Interruption interruption) =>
        CallAsync(cluster, epoch => GrainFactory.GetGrain<IClusterGrain>(cluster).Add(interruption, epoch));

    private Task SettleAsync(ParkedSettlement settlement) =>
        CallAsync(KnownEpochs.Register(ParkedShard.Of(settlement.Instance)), epoch => Register.Settle(settlement, epoch));

    /// <summary>Calls a receiver. Where it refuses a call of an epoch that is over, the record is read again, under the one that it told.</summary>
    private async Task CallAsync(string receiver, Func<long, Task<long?>> call)
    {
        while (await call(_began.GetValueOrDefault(receiver)) is { } told)
        {
            _epochs.Take(receiver, told);
            var began = _epochs.Now;
            await _state.ConfirmAsync();
            _began = began;
        }
    }

    /// <summary>A write succeeds only on the record that the store holds, which is therefore as good as read when it began.</summary>
    private async Task WriteAsync()
    {
        var began = _epochs.Now;
        await _state.WriteAsync();
        _began = began;
    }

    private ParkedSettlement Settlement(OpenInterruption open) =>
        new(open.Id, this.GetPrimaryKeyString(), open.ArrivedAt, open.Told, open.Cause);
}
