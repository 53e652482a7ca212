using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Grains.Unattributed;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>The list of unattributed interruptions, with real grains on a store that outlives them.</summary>
public sealed class UnattributedTests
{
    private static readonly TimeSpan _longEnough = TimeSpan.FromMinutes(61);
    private static readonly InstanceDescription _node = new("c", "europe-west1", "spot-pool", "n2d-standard-8", "spot");

    [Fact]
    public async Task WaitingInterruption_WaitsInTheRegisterUntilItIsCounted()
    {
        await using var cluster = await GrainCluster.StartAsync();

        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted(instanceId: 1)));
        var waiting = await cluster.RegisterAsync();
        Assert.Equal((1, Noon), (waiting.Waiting, waiting.OldestArrival));

        await cluster.SendAsync(Created(instanceId: 1));
        var counted = await cluster.RegisterAsync();
        Assert.Equal((0, null), (counted.Waiting, counted.OldestArrival));
        Assert.Equal(0, counted.Reattributed);
    }

    [Fact]
    public async Task WaitingInterruption_WhoseTimeIsOver_IsGivenUpOnceAndCountedWhenItsClusterIsKnownAfterAll()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Interrupted(instanceId: 1));

        cluster.Time.Advance(_longEnough);
        var given = await cluster.RegisterAsync(r => r.UnknownInstance.Total > 0);
        Assert.Equal((0, new UnattributedCount(1, 1)), (given.Waiting, given.UnknownInstance));
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted(instanceId: 1)));
        Assert.Equal(0, (await cluster.RegisterAsync()).Waiting);

        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node));
        var after = await cluster.RegisterAsync();
        Assert.Equal((new UnattributedCount(0, 1), 1), (after.UnknownInstance, after.Reattributed));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Snapshot_Confirmed_OfAnActivationThatAnotherHasFollowed_IsRefused()
    {
        var storage = new TestStorage();
        await using var cluster = await GrainCluster.StartAsync(storage);
        await cluster.SendAsync(Interrupted(instanceId: 1));
        var shard = cluster.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance));
        var seen = await shard.GetSnapshot(0, true);
        Assert.Equal(1, seen.Waiting);

        var record = $"unattributed:{UnattributedShard.Of(Instance)}";
        var later = storage.Read<UnattributedState>(record);
        (later.Version, later.NotGke) = (later.Version + 10, 4);
        storage.Put(record, storage.Serializer.Serialize(later).ToString());

        Assert.Equal(seen, await shard.GetSnapshot(0, false));
        await Assert.ThrowsAsync<StateUnavailableException>(() => shard.GetSnapshot(0, true));
        Assert.Equal(4, (await cluster.RegisterAsync(s => s.Version >= later.Version)).NotGke.Total);
    }

    [Fact]
    public async Task WaitingInterruption_AfterAllSilosDied_IsWokenByTheNextOnes()
    {
        var storage = new TestStorage();
        await using (var cluster = await GrainCluster.StartAsync(storage))
        {
            await cluster.SendAsync(Interrupted(instanceId: 1));
            await cluster.Cluster.KillSiloAsync(cluster.Cluster.Silos[0], TestContext.Current.CancellationToken);
        }

        await using var next = await GrainCluster.StartAsync(storage);
        Assert.Equal(1, (await next.RegisterAsync()).Waiting);
        next.Time.Advance(_longEnough);

        Assert.Equal(new UnattributedCount(1, 1), (await next.RegisterAsync(r => r.Waiting == 0)).UnknownInstance);
    }

    [Fact]
    public async Task InterruptionOfAStranger_IsNotGkeOnce_WhicheverComesFirst()
    {
        await using var cluster = await GrainCluster.StartAsync();
        const string Other = Instance + "-other";

        await cluster.SendAsync(Created(instanceId: 1, cluster: ""));
        await cluster.SendAsync(Interrupted(instanceId: 1));
        await cluster.SendAsync(Interrupted("later", 2) with { Instance = Other });
        await cluster.InstanceOf(Other).Observe(new InstanceObservation(2, Noon, Noon, _node with { ClusterName = "", ClusterLocation = "" }));
        await cluster.SendAsync(Interrupted("later", 2) with { Instance = Other });

        foreach (var register in new[] { await cluster.RegisterAsync(), await cluster.RegisterAsync(null, Other) })
        {
            Assert.Equal((0, new UnattributedCount(1, 1)), (register.Waiting, register.NotGke));
            Assert.Equal(0, register.UnknownInstance.Total);
        }
    }

    [Fact]
    public async Task GivenUpInterruption_FoundToBeOfNoCluster_ChangesItsCauseAndIsNoSecondOne()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Interrupted(instanceId: 1));
        cluster.Time.Advance(_longEnough);
        await cluster.RegisterAsync(r => r.UnknownInstance.Total > 0);

        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node with { ClusterName = "" }));

        var register = await cluster.RegisterAsync();
        Assert.Equal((new UnattributedCount(0, 1), new UnattributedCount(1, 0)), (register.UnknownInstance, register.NotGke));
        Assert.Equal(0, register.Reattributed);
    }

    [Theory]
    [InlineData("instance:")]
    [InlineData("unattributed:")]
    public async Task InterruptionOfAStranger_WithEachAnswerOfTheStoreLostOnce_IsOneInTheRegister(string record)
    {
        var storage = new TestStorage();
        await using var cluster = await GrainCluster.StartAsync(storage);
        await cluster.SendAsync(Created(instanceId: 1, cluster: ""));
        for (var lost = 1; lost <= 3; lost++)
        {
            var writes = 0;
            storage.AfterWrite = written => written.StartsWith(record, StringComparison.Ordinal) && Interlocked.Increment(ref writes) == lost
                ? throw new TimeoutException("the answer is lost")
                : Task.CompletedTask;

            await cluster.SendAsync(Interrupted($"i{lost}", 1));
            await cluster.SendAsync(Interrupted($"i{lost}", 1));

            Assert.Equal(new UnattributedCount(lost, lost), (await cluster.RegisterAsync()).NotGke);
        }
    }

    [Fact]
    public async Task CountCutOffBeforeTheInstanceKnewIt_IsFinishedByTheRegister()
    {
        var storage = new TestStorage();
        await using var cluster = await GrainCluster.StartAsync(storage);
        await cluster.SendAsync(Interrupted(instanceId: 1));

        // The inventory's call fails after the cluster was fixed, and nothing brings it again.
        storage.BeforeWrite = record => record.StartsWith("cluster:", StringComparison.Ordinal) ? throw new TimeoutException("away") : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node)));
        storage.BeforeWrite = _ => Task.CompletedTask;

        // Every few minutes those that wait are looked after.
        cluster.Time.Advance(TimeSpan.FromMinutes(1));
        await cluster.RegisterAsync();
        await Eventually.IsAsync(
            () =>
            {
                cluster.Time.Advance(TimeSpan.FromMinutes(1));
                return cluster.RegisterAsync();
            },
            r => r.Waiting == 0);
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Register_OfTheBytesOfVersionOne_IsReadAndRecognisesWhatItHasCounted()
    {
        var storage = new TestStorage();
        var shard = UnattributedShard.Of(Instance);
        storage.Put($"unattributed:{shard}", Repository.Read("Tests/Grains/Fixtures/v1/unattributed.json"));
        await using var cluster = await GrainCluster.StartAsync(storage);
        var grain = cluster.Grains.GetGrain<IUnattributedGrain>(shard);

        await grain.Tell(new UnattributedReport("bbbbbbbbbbbbbbbbbbbbbb", Instance, Noon, UnattributedStage.waiting, UnattributedStage.not_gke), 0);

        Assert.Equal(
            new UnattributedSnapshot(9, 1, Noon, new UnattributedCount(2, 4), new UnattributedCount(3, 3), 2, 2), await grain.GetSnapshot(0, false));
    }

    [Fact]
    public async Task Stage_ThatOnlyALaterVersionKnows_IsRefused()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance));

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => grain.Tell(new UnattributedReport("bbbbbbbbbbbbbbbbbbbbbb", Instance, Noon, UnattributedStage.unheard, (UnattributedStage)4), 0));
        Assert.Equal(0, (await grain.GetSnapshot(0, false)).Version);
    }

    [Fact]
    public void ShardOfAnInstance_NeverChanges() => Assert.Equal(
        ["10", "55", "27"],
        new[] { "projects/p/zones/z/instances/a", "projects/p/zones/z/instances/b", Instance }.Select(UnattributedShard.Of));
}
