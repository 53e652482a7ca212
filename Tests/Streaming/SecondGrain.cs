using Orleans.Concurrency;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansSie.Tests.Streaming;

/// <summary>The other of two consumers of the same streams.</summary>
[ImplicitStreamSubscription("twice")]
[GrainType("test-second")]
[StatelessWorker(1)]
internal sealed class SecondGrain(StreamProbe probe) : Grain, ISecondGrain, IStreamSubscriptionObserver, IAsyncObserver<PubSubBatch>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<PubSubBatch>().ResumeAsync(this);

    public Task OnNextAsync(PubSubBatch item, StreamSequenceToken? token = null) => probe.TakeAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
