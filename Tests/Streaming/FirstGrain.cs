using Orleans.Concurrency;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansSie.Tests.Streaming;

/// <summary>One of two consumers of the same streams.</summary>
[ImplicitStreamSubscription("twice")]
[GrainType("test-first")]
[StatelessWorker(1)]
internal sealed class FirstGrain(StreamProbe probe) : Grain, IFirstGrain, IStreamSubscriptionObserver, IAsyncObserver<PubSubBatch>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<PubSubBatch>().ResumeAsync(this);

    public Task OnNextAsync(PubSubBatch item, StreamSequenceToken? token = null) => probe.TakeAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
