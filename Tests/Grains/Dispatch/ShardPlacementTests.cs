using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.GrainDirectory;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Dispatch;

/// <summary>Where dispatchers and instances are active, on several silos in this process.</summary>
public sealed class ShardPlacementTests
{
    private readonly ConcurrentQueue<(string Grain, SiloAddress Silo)> _calls = [];

    [Fact]
    public async Task Instances_LiveWithTheirDispatcher_AndEverySiloHasItsPart()
    {
        await using var cluster = await StartAsync(silos: 3);

        await SendToEveryShardAsync(cluster);

        Assert.Equal([10, 11, 11], SiloOfShards().GroupBy(s => s.Value).Select(s => s.Count()).Order());
        Assert.All(Enumerable.Range(0, InstanceShard.Count), shard =>
            Assert.Equal(SilosOf($"dispatcher/{shard:X}"), SilosOf($"instance/{InstanceOf(shard)}")));
    }

    [Fact]
    public async Task Instance_CalledFromAnySilo_IsReachedWhereItsShardIs()
    {
        await using var cluster = await StartAsync(silos: 3);
        var node = new InstanceDescription("c", "europe-west1", "spot-pool", "n2d-standard-8", "spot");

        foreach (var silo in cluster.Cluster.Silos)
        {
            var grains = cluster.Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<IGrainFactory>();
            await grains.GetGrain<IInstanceGrain>(Instance).Observe(new InstanceObservation(1, Noon, Noon, node));
            Assert.Equal(Outcome.counted, await grains.GetGrain<IInstanceGrain>(Instance).Handle(Interrupted($"{silo.SiloAddress}", 1)));
        }

        Assert.Single(SilosOf($"instance/{Instance}"));
        Assert.Equal(3, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Instance_WhileItIsActive_IsInNoDirectory()
    {
        await using var cluster = await StartAsync(silos: 2);
        await cluster.SendAsync(Created(instanceId: 1));
        var directory = cluster.Cluster.GetSiloServiceProvider(null).GetRequiredKeyedService<IGrainDirectory>(GrainDirectoryAttribute.DEFAULT_GRAIN_DIRECTORY);
        var isActive = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        cluster.Storage.BeforeWrite = record =>
        {
            isActive.TrySetResult();
            return record == $"instance:{Instance}" ? goOn.Task : Task.CompletedTask;
        };

        var interrupted = cluster.InstanceOf(Instance).Handle(Interrupted(instanceId: 1));
        await isActive.Task;

        Assert.NotNull(await directory.Lookup(GrainId.Create("cluster", Cluster), TestContext.Current.CancellationToken));
        Assert.Null(await directory.Lookup(GrainId.Create("instance", Instance), TestContext.Current.CancellationToken));
        goOn.SetResult();
        Assert.Equal(Outcome.counted, await interrupted);
    }

    [Fact]
    public async Task Silo_ThatDies_LeavesItsShardsToTheOthers()
    {
        await using var cluster = await StartAsync(silos: 3);
        await SendToEveryShardAsync(cluster);
        var dead = cluster.Cluster.Silos[^1];
        Assert.Contains(dead.SiloAddress, SiloOfShards().Values);
        await cluster.Cluster.KillSiloAsync(dead, TestContext.Current.CancellationToken);
        _calls.Clear();

        await SendToEveryShardAsync(cluster);

        Assert.Equal([16, 16], SiloOfShards().GroupBy(s => s.Value).Select(s => s.Count()).Order());
    }

    [Fact]
    public async Task Silo_ThatJoins_GetsItsShards()
    {
        await using var cluster = await StartAsync(silos: 2);
        await SendToEveryShardAsync(cluster);
        Assert.Equal([16, 16], SiloOfShards().GroupBy(s => s.Value).Select(s => s.Count()).Order());

        var joined = await cluster.Cluster.StartAdditionalSiloAsync();

        await Eventually.IsAsync(
            async () =>
            {
                _calls.Clear();
                await SendToEveryShardAsync(cluster);
                return SiloOfShards().Count(s => s.Value.Equals(joined.SiloAddress));
            },
            shards => shards >= 10,
            TimeSpan.FromSeconds(20));
    }

    /// <summary>An instance of each shard.</summary>
    private static string InstanceOf(int shard) => Enumerable.Range(0, int.MaxValue).Select(i => $"{Instance}-{i}").First(i => InstanceShard.Of(i) == shard);

    private static Task<Outcome[]> SendToEveryShardAsync(GrainCluster cluster) => Task.WhenAll(
        Enumerable.Range(0, InstanceShard.Count).Select(shard => cluster.SendAsync(Created(instanceId: 1) with { Instance = InstanceOf(shard) })));

    private Dictionary<string, SiloAddress> SiloOfShards() => _calls
        .Where(call => call.Grain.StartsWith("dispatcher/", StringComparison.Ordinal))
        .GroupBy(call => call.Grain)
        .ToDictionary(calls => calls.Key, calls => calls.Last().Silo);

    private SiloAddress[] SilosOf(string grain) => [.. _calls.Where(call => call.Grain == grain).Select(call => call.Silo).Distinct()];

    private Task<GrainCluster> StartAsync(short silos) => GrainCluster.StartAsync(
        silos: silos, configure: silo => silo.Services.AddSingleton<IIncomingGrainCallFilter>(services => new Recorder(_calls, services.GetRequiredService<ILocalSiloDetails>())));

    private sealed class Recorder(ConcurrentQueue<(string Grain, SiloAddress Silo)> calls, ILocalSiloDetails silo) : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context)
        {
            calls.Enqueue(($"{context.TargetId.Type}/{context.TargetId.Key}", silo.SiloAddress));
            return context.Invoke();
        }
    }
}
