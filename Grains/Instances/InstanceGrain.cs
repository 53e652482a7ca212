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
    private readonly TimeProvider _time;

    public InstanceGrain(
        [FromKeyedServices(StateStore.Instances)] IGrainStorage storage,
        IGrainContext context,
        KnownClusters clusters,
        GrainMetrics metrics,
        AttributionSettings attribution,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _state = new DurableState<InstanceState>("instance", context, storage);
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

    public Task<bool> Wake(string interruptionId) => OnceAsync(async history =>
    {
        if (history.Open.GiveUp(_time.GetUtcNow() - _attribution.Timeout))
        {
            await _state.WriteAsync();
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
            await _state.WriteAsync();
        }

        if (item.Kind == InstanceEventKind.created)
        {
            await MakeClustersKnownAsync(history);
        }

        await FinishAsync(history, item.EventId);
        if (outcome == Outcome.duplicate && item.Kind == InstanceEventKind.interrupted && history.ClusterOf(item) is { } counted)
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

        foreach (var open in toTell)
        {
            await Register.Settle(Settlement(open));
            open.Told = open.Cause;
        }

        await _state.WriteAsync();
        foreach (var open in toTell)
        {
            await Register.Confirm(open.Id);
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
            await GrainFactory.GetGrain<IClusterGrain>(open.Cluster!).Add(history.ToInterruption(open));
            await (open.Waited ? Register.Settle(Settlement(open)) : Task.CompletedTask);
        }

        foreach (var open in toCount)
        {
            history.Open.MarkCounted(open);
        }

        await _state.WriteAsync();
        foreach (var open in toCount)
        {
            _metrics.Counted(open.Reason, _time.GetUtcNow() - open.At);
            await GrainFactory.GetGrain<IClusterGrain>(open.Cluster!).Confirm(open.Id);
            await (open.Told is null ? Task.CompletedTask : Register.Confirm(open.Id));
        }
    }

    private ParkedSettlement Settlement(OpenInterruption open) =>
        new(open.Id, this.GetPrimaryKeyString(), open.ArrivedAt, open.Told, open.Cause);
}
