using Orleans.Concurrency;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansSie.Tests.Streaming;

/// <summary>A consumer as it should be: on the silo that pulled, and it attaches its observer when it is told of its subscription.</summary>
[ImplicitStreamSubscription("ok")]
[GrainType("test-listening")]
[StatelessWorker(1)]
internal sealed class ListeningGrain(StreamProbe probe) : Grain, IListeningGrain, IStreamSubscriptionObserver, IAsyncObserver<PubSubBatch>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<PubSubBatch>().ResumeAsync(this);

    public Task OnNextAsync(PubSubBatch item, StreamSequenceToken? token = null) => probe.TakeAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
