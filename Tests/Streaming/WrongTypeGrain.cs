using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansSie.Tests.Streaming;

/// <summary>Observes another type than the decoder delivers.</summary>
[ImplicitStreamSubscription("wrong")]
[GrainType("test-wrong-type")]
internal sealed class WrongTypeGrain : Grain, IWrongTypeGrain, IStreamSubscriptionObserver, IAsyncObserver<string>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<string>().ResumeAsync(this);

    public Task OnNextAsync(string item, StreamSequenceToken? token = null) => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
