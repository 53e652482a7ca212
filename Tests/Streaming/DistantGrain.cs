using Orleans.Placement;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansSie.Tests.Streaming;

/// <summary>Not a stateless worker, so its activation may be on another silo than the messages.</summary>
[ImplicitStreamSubscription("distant")]
[GrainType("test-distant")]
[RandomPlacement]
internal sealed class DistantGrain(StreamProbe probe) : Grain, IDistantGrain, IStreamSubscriptionObserver, IAsyncObserver<PubSubBatch>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<PubSubBatch>().ResumeAsync(this);

    public Task OnNextAsync(PubSubBatch item, StreamSequenceToken? token = null) => probe.TakeAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
