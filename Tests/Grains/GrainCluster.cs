using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;
using Orleans.Streaming.PubSub;
using Orleans.TestingHost;
using OrleansSie.Grains;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Dispatch;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Grains;

/// <summary>The grains alone, on silos in this process.</summary>
internal sealed class GrainCluster : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(100);
    private static readonly PubSubBackoff _backoff = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(500));

    private readonly InProcessTestCluster _cluster;

    private GrainCluster(TestStorage storage, short silos, Action<ISiloBuilder>? configure)
    {
        Storage = storage;
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Name, storage);
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Instances, storage);
            silo.Services.AddSingleton<KnownClusters>();
            silo.Services.AddSingleton<ClusterCalls>();
            silo.Services.AddSingleton<KnownEpochs>();
            silo.AddShards();
            silo.Services.AddSingleton(new RetentionSettings(TimeSpan.FromHours(1), TimeSpan.FromDays(45)));
            silo.Services.AddSingleton(new StormSettings());
            silo.Services.AddSingleton<GrainMetrics>();
            silo.Services.AddKeyedSingleton<TimeProvider>(GrainClock.Name, Time);
            configure?.Invoke(silo);
        });
        _cluster = builder.Build();
    }

    public TestStorage Storage { get; }

    public JumpingClock Time { get; } = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public IGrainFactory Grains => _cluster.Client;

    public InProcessTestCluster Cluster => _cluster;

    public static async Task<GrainCluster> StartAsync(
        TestStorage? storage = null, short silos = 1, Action<ISiloBuilder>? configure = null)
    {
        var cluster = new GrainCluster(storage ?? new TestStorage(), silos, configure);
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Takes an event to its instance, again and again while it fails, and answers its outcome.</summary>
    public async Task<Outcome> SendAsync(InstanceEvent e) => (await SendAsync([e]))[0];

    /// <summary>Takes events of one instance to it in one call; those that have no outcome again and again.</summary>
    public async Task<IReadOnlyList<Outcome>> SendAsync(IReadOnlyList<InstanceEvent> events)
    {
        var dispatcher = Grains.GetGrain<IDispatcherGrain>(InstanceShard.Of(events[0].Instance));
        var outcomes = new Outcome[events.Count];
        var began = TimeProvider.System.GetTimestamp();
        for (var attempt = 0; TimeProvider.System.GetElapsedTime(began) < _patience; attempt++)
        {
            int[] left = [.. Enumerable.Range(0, outcomes.Length).Where(i => outcomes[i] == Outcome.none)];
            IReadOnlyList<Outcome> answers = [];
            try
            {
                answers = await dispatcher.Dispatch([.. left.Select(i => events[i])]);
            }
            catch (Orleans.Runtime.Messaging.ConnectionFailedException)
            {
                // The test's client had the dead silo for its gateway; it takes another one.
            }

            foreach (var (i, answer) in left.Zip(answers))
            {
                outcomes[i] = answer;
            }

            if (!outcomes.Contains(Outcome.none))
            {
                return outcomes;
            }

            await Task.Delay(_backoff.Next(attempt), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{events[0].EventId} has no outcome after {_patience.TotalSeconds} s.");
    }

    /// <summary>The preemptions that a cluster's grain answers with.</summary>
    public async Task<long> PreemptionsAsync(string cluster)
    {
        var snapshot = await Grains.GetGrain<IClusterGrain>(cluster).GetSnapshot(0, false);
        return snapshot.Totals.Where(t => t.Labels.Reason == InterruptionReason.Preempted).Sum(t => t.Count);
    }

    /// <summary>The grain of an instance.</summary>
    public IInstanceGrain InstanceOf(string instance) => Grains.GetGrain<IInstanceGrain>(instance);

    /// <summary>The shard of the unattributed list that an instance is in, once it satisfies.</summary>
    public Task<UnattributedSnapshot> RegisterAsync(Func<UnattributedSnapshot, bool>? satisfies = null, string instance = Events.Instance) => Eventually.IsAsync(
        () => Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(instance)).GetSnapshot(0, false), satisfies ?? (_ => true));

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

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}

/// <summary>Calls of an instance for one event.</summary>
internal static class InstanceGrainExtensions
{
    public static async Task<Outcome> Handle(this IInstanceGrain instance, InstanceEvent e) => (await instance.Handle([e]))[0];
}

/// <summary>Calls of a cluster for one interruption.</summary>
internal static class ClusterGrainExtensions
{
    /// <summary>Counts one; null if it is counted, else the epoch that the cluster told.</summary>
    public static async Task<long?> Add(this IClusterGrain cluster, Interruption interruption, long epoch)
    {
        var answer = await cluster.Add(new ClusterEffects { Interruptions = [interruption with { Epoch = epoch }] });
        return answer.Refused.Count == 0 ? null : answer.Epoch;
    }

    /// <summary>Confirms one.</summary>
    public static Task Confirm(this IClusterGrain cluster, string id) => cluster.Confirm([id]);
}

/// <summary>A clock whose wall time can jump, as a machine's does when it is set; its monotonic time and its timers do not.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private long _jumped;

    /// <summary>Sets the wall clock forward or back.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _jumped));

    // The base class takes its monotonic time from GetUtcNow.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
