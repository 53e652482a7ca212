using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansSie.Tests.Streaming;

/// <summary>A consumer as it should be: it attaches its observer when it is told of its subscription.</summary>
[ImplicitStreamSubscription("ok")]
[GrainType("test-listening")]
internal sealed class ListeningGrain(StreamProbe probe) : Grain, IListeningGrain, IStreamSubscriptionObserver, IAsyncObserver<TextItem>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<TextItem>().ResumeAsync(this);

    public Task OnNextAsync(TextItem item, StreamSequenceToken? token = null) => probe.TakeAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
