using Orleans.Concurrency;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>Takes the events that this silo pulled for one shard to the shard's dispatcher, on whichever silo that is.</summary>
[GrainType("shard-consumer")]
[ImplicitStreamSubscription(InstanceStream.Namespace)]
[StatelessWorker(1)]
[Reentrant]
internal sealed class ShardConsumerGrain : Grain, IGrainWithIntegerKey, IStreamSubscriptionObserver, IAsyncObserver<PubSubBatch>
{
    private readonly ShardDelivery _delivery;
    private readonly MessageMetrics _metrics;

    public ShardConsumerGrain(
        DispatchRoom room,
        DirectDeliveries direct,
        MessageMetrics metrics,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<ShardConsumerGrain> logger)
    {
        var shard = this.GetPrimaryKeyLong();
        var dispatcher = GrainFactory.GetGrain<IDispatcherGrain>(shard);
        _metrics = metrics;
        _delivery = new ShardDelivery(shard, dispatcher.Dispatch, room, direct, time, logger);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<PubSubBatch>().ResumeAsync(this);

    public Task OnNextAsync(PubSubBatch item, StreamSequenceToken? token = null)
    {
        _metrics.HandedOut();
        return _delivery.TakeAsync(item);
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
