using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansSie.Tests.Streaming;

/// <summary>A grain interface of its own, as each grain class must have one.</summary>
[Alias("OrleansSie.Tests.Streaming.IFirstGrain")]
public interface IFirstGrain : IGrainWithStringKey;

/// <summary>A grain interface of its own, as each grain class must have one.</summary>
[Alias("OrleansSie.Tests.Streaming.ISecondGrain")]
public interface ISecondGrain : IGrainWithStringKey;

/// <summary>A grain interface of its own, as each grain class must have one.</summary>
[Alias("OrleansSie.Tests.Streaming.IListeningGrain")]
public interface IListeningGrain : IGrainWithStringKey;

/// <summary>A grain interface of its own, as each grain class must have one.</summary>
[Alias("OrleansSie.Tests.Streaming.IDistantGrain")]
public interface IDistantGrain : IGrainWithStringKey;

/// <summary>A grain interface of its own, as each grain class must have one.</summary>
[Alias("OrleansSie.Tests.Streaming.IWrongTypeGrain")]
public interface IWrongTypeGrain : IGrainWithStringKey;

/// <summary>A grain interface of its own, as each grain class must have one.</summary>
[Alias("OrleansSie.Tests.Streaming.IDeafGrain")]
public interface IDeafGrain : IGrainWithStringKey;

/// <summary>Attaches an observer when it is told of its subscription, and hands all batches to the probe.</summary>
internal abstract class ProbedGrain(StreamProbe probe) : Grain, IStreamSubscriptionObserver, IAsyncObserver<PubSubBatch>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<PubSubBatch>().ResumeAsync(this);

    public Task OnNextAsync(PubSubBatch item, StreamSequenceToken? token = null) => probe.TakeAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

/// <summary>One of two consumers of the same streams.</summary>
[ImplicitStreamSubscription("twice")]
[GrainType("test-first")]
[StatelessWorker(1)]
internal sealed class FirstGrain(StreamProbe probe) : ProbedGrain(probe), IFirstGrain;

/// <summary>The other of two consumers of the same streams.</summary>
[ImplicitStreamSubscription("twice")]
[GrainType("test-second")]
[StatelessWorker(1)]
internal sealed class SecondGrain(StreamProbe probe) : ProbedGrain(probe), ISecondGrain;

/// <summary>A consumer as it should be: on the silo that pulled, and it attaches its observer when it is told of its subscription.</summary>
[ImplicitStreamSubscription("ok")]
[GrainType("test-listening")]
[StatelessWorker(1)]
internal sealed class ListeningGrain(StreamProbe probe) : ProbedGrain(probe), IListeningGrain;

/// <summary>Not a stateless worker, so its activation may be on another silo than the messages.</summary>
[ImplicitStreamSubscription("distant")]
[GrainType("test-distant")]
[RandomPlacement]
internal sealed class DistantGrain(StreamProbe probe) : ProbedGrain(probe), IDistantGrain;

/// <summary>Observes another type than the decoder delivers.</summary>
[ImplicitStreamSubscription("wrong")]
[GrainType("test-wrong-type")]
internal sealed class WrongTypeGrain : Grain, IWrongTypeGrain, IStreamSubscriptionObserver, IAsyncObserver<string>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<string>().ResumeAsync(this);

    public Task OnNextAsync(string item, StreamSequenceToken? token = null) => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

/// <summary>Subscribed, but never attaches an observer.</summary>
[ImplicitStreamSubscription("deaf")]
[GrainType("test-deaf")]
internal sealed class DeafGrain : Grain, IDeafGrain;
