using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Providers;
using Orleans.Storage;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Orleans.TestingHost;
using OrleansSie.Grains;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Grains;

/// <summary>The grains alone, on silos in this process, fed through a memory stream; every event's outcome comes back.</summary>
internal sealed class GrainCluster : IOutcomeObserver, IAsyncDisposable
{
    private static readonly PubSubBackoff _backoff = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(500));

    private readonly ConcurrentDictionary<long, TaskCompletionSource<Outcome>> _waiting = new();
    private readonly InProcessTestCluster _cluster;
    private IOutcomeObserver? _reference;
    private long _number;

    private GrainCluster(TestStorage storage, short silos, int queues, Action<ISiloBuilder>? configure)
    {
        Storage = storage;
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Name, storage);
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Instances, storage);
            silo.Services.AddSingleton<KnownClusters>();
            silo.Services.AddSingleton<KnownEpochs>();
            silo.Services.AddSingleton(new AttributionSettings(TimeSpan.FromHours(1), TimeSpan.FromDays(45)));
            silo.Services.AddSingleton<GrainMetrics>();
            silo.Services.AddKeyedSingleton<TimeProvider>(GrainClock.Name, Time);
            silo.AddMemoryStreams(InstanceStream.Provider, streams =>
            {
                streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                streams.ConfigurePartitioning(queues);
                streams.ConfigureBackoffProvider((_, _) => (IMessageDeliveryBackoffProvider)_backoff);
                streams.ConfigureBackoffProvider((_, _) => (IQueueReaderBackoffProvider)_backoff);
            });
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client =>
            client.AddMemoryStreams(InstanceStream.Provider, streams =>
            {
                streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                streams.ConfigurePartitioning(queues);
            }));
        _cluster = builder.Build();
    }

    public TestStorage Storage { get; }

    public JumpingClock Time { get; } = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public IGrainFactory Grains => _cluster.Client;

    public InProcessTestCluster Cluster => _cluster;

    public static async Task<GrainCluster> StartAsync(
        TestStorage? storage = null, short silos = 1, int queues = 8, Action<ISiloBuilder>? configure = null)
    {
        var cluster = new GrainCluster(storage ?? new TestStorage(), silos, queues, configure);
        await cluster._cluster.DeployAsync();
        cluster._reference = cluster._cluster.Client.CreateObjectReference<IOutcomeObserver>(cluster);
        return cluster;
    }

    /// <summary>Sends an event and waits for its outcome. The memory stream delivers again while the grain fails.</summary>
    public async Task<Outcome> SendAsync(InstanceEvent e)
    {
        var number = Interlocked.Increment(ref _number);
        var waiting = _waiting[number] = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stream = _cluster.Client.GetStreamProvider(InstanceStream.Provider)
            .GetStream<InstanceEvent>(StreamId.Create(InstanceStream.Namespace, e.Instance));
        await stream.OnNextAsync(e with { Receipt = new Receipt(number, _reference!) });
        return await waiting.Task.WaitAsync(TimeSpan.FromSeconds(100), TestContext.Current.CancellationToken);
    }

    /// <summary>The preemptions that a cluster's grain answers with.</summary>
    public async Task<long> PreemptionsAsync(string cluster)
    {
        var snapshot = await Grains.GetGrain<IClusterGrain>(cluster).GetSnapshot(0, false);
        return snapshot.Totals.Where(t => t.Labels.Reason == InterruptionReason.preempted).Sum(t => t.Count);
    }

    /// <summary>The grain of an instance.</summary>
    public IInstanceGrain InstanceOf(string instance) => Grains.GetGrain<IInstanceGrain>(instance);

    /// <summary>The shard of the register that an instance is in, once it satisfies.</summary>
    public Task<ParkedSnapshot> RegisterAsync(Func<ParkedSnapshot, bool>? satisfies = null, string instance = Events.Instance) => Eventually.IsAsync(
        () => Grains.GetGrain<IParkedGrain>(ParkedShard.Of(instance)).GetSnapshot(0, false), satisfies ?? (_ => true));

    /// <summary>Everything the index knows, once it has heard from every cluster.</summary>
    public async Task<ClusterChanges> ChangesAsync() => (await Eventually.IsAsync(
        async () => await Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).GetChanges(0, 0, false), changes => changes is not null))!;

    /// <summary>What the index confirms, once one that was left behind has given way.</summary>
    public async Task<ClusterChanges> ConfirmedChangesAsync(long generation = 0, long sequence = 0) => (await Eventually.IsAsync(
        async () =>
        {
            try
            {
                return await Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).GetChanges(generation, sequence, true);
            }
            catch (StateUnavailableException)
            {
                return null;
            }
        },
        changes => changes is not null))!;

    public Task Report(long number, Outcome outcome)
    {
        _waiting[number].TrySetResult(outcome);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
