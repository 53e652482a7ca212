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
    private readonly TimeProvider _time;

    public InstanceGrain(
        [FromKeyedServices(StateStore.Instances)] IGrainStorage storage,
        IGrainContext context,
        KnownClusters clusters,
        GrainMetrics metrics,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _state = new DurableState<InstanceState>("instance", context, storage);
        _clusters = clusters;
        _metrics = metrics;
        _time = time;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<InstanceEvent>().ResumeAsync(this);

    public async Task OnNextAsync(InstanceEvent item, StreamSequenceToken? token = null)
    {
        try
        {
            var outcome = await HandleAsync(item);
            await (item.Receipt?.Report(outcome) ?? Task.CompletedTask);
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    // The provider settles a failed message by itself; there is nothing to do here.
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public async Task<InterruptionStanding> GetStanding(string interruptionId)
    {
        await _state.LoadAsync();
        DeactivateOnIdle();
        return new InstanceHistory(_state.Value, this.GetPrimaryKeyString()).StandingOf(interruptionId);
    }

    public Task Observe(InstanceSighting sighting) => throw new NotSupportedException();

    public Task Vanish(ulong id, DateTimeOffset at) => throw new NotSupportedException();

    public async Task<Outcome> Handle(InstanceEvent item)
    {
        try
        {
            return await HandleAsync(item);
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    private async Task<Outcome> HandleAsync(InstanceEvent item)
    {
        await _state.LoadAsync();
        var history = new InstanceHistory(_state.Value, this.GetPrimaryKeyString());
        var (outcome, changed) = history.Apply(item, _time.GetUtcNow());
        if (changed)
        {
            await _state.WriteAsync();
        }

        if (item.Kind == InstanceEventKind.created)
        {
            foreach (var cluster in history.Clusters())
            {
                await _clusters.EnsureAsync(cluster);
            }
        }

        await CountAsync(history);
        if (outcome == Outcome.duplicate && item.Kind == InstanceEventKind.interrupted && history.ClusterOf(item) is { } counted)
        {
            await GrainFactory.GetGrain<IClusterGrain>(counted).Confirm(item.EventId);
        }

        return outcome;
    }

    private async Task CountAsync(InstanceHistory history)
    {
        var toCount = history.ToCount();
        if (toCount.Count == 0)
        {
            return;
        }

        foreach (var open in toCount)
        {
            await GrainFactory.GetGrain<IClusterGrain>(open.Cluster!).Add(history.ToInterruption(open));
        }

        foreach (var open in toCount)
        {
            history.MarkCounted(open);
        }

        await _state.WriteAsync();
        foreach (var open in toCount)
        {
            _metrics.Counted(open.Reason, _time.GetUtcNow() - open.At);
            await GrainFactory.GetGrain<IClusterGrain>(open.Cluster!).Confirm(open.Id);
        }
    }
}
