using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Unattributed;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>An instance and its shard of the unattributed list that were cut off in the middle, left behind, or have lost a record.</summary>
public sealed class UnattributedFaultTests
{
    private const string Id = "interrupt-1";
    private static readonly string _record = $"instance:{Instance}";
    private static readonly TimeSpan _longEnough = TimeSpan.FromMinutes(61);
    private static readonly InstanceDescription _node = new("c", "europe-west1", "spot-pool", "n2d-standard-8", "spot");

    [Fact]
    public async Task GivenUpInterruption_WhoseTellingWasCutOff_IsMovedWhenItIsCounted()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Interrupted(instanceId: 1));
        cluster.Time.Jump(_longEnough);
        FailWrite(cluster.Storage, 2);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.InstanceOf(Instance).Wake(Id, UnattributedStage.waiting, Noon));
        Assert.Equal(new UnattributedCount(1, 1), (await cluster.RegisterAsync()).UnknownInstance);

        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node));

        var register = await cluster.RegisterAsync();
        Assert.Equal((new UnattributedCount(0, 1), 1), (register.UnknownInstance, register.Reattributed));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task InterruptionOfAStranger_WhoseTellingWasCutOff_IsMovedWhenItIsCounted()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created(instanceId: 1, cluster: ""));
        FailWrite(cluster.Storage, 2);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.InstanceOf(Instance).Handle(Interrupted(instanceId: 1)));
        Assert.Equal(new UnattributedCount(1, 1), (await cluster.RegisterAsync()).NotGke);

        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node));

        var register = await cluster.RegisterAsync();
        Assert.Equal((new UnattributedCount(0, 1), 1), (register.NotGke, register.Reattributed));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Instance_WokenWithAnOldRecord_DoesNotSayThatNothingWaits()
    {
        var storage = new TestStorage();
        await using var old = await GrainCluster.StartAsync(storage);
        await using var living = await GrainCluster.StartAsync(storage);
        var (read, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        storage.AfterRead = record => record == _record && read.TrySetResult() ? release.Task : Task.CompletedTask;
        var woken = old.InstanceOf(Instance).Wake(Id, UnattributedStage.waiting, Noon);
        await read.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(Outcome.waiting, await living.SendAsync(Interrupted(instanceId: 1)));
        release.SetResult();

        await Assert.ThrowsAnyAsync<Exception>(() => woken);
        var register = await living.RegisterAsync();
        Assert.Equal((1, new UnattributedCount(0, 0)), (register.Waiting, register.UnknownInstance));
    }

    [Fact]
    public async Task WaitingInterruption_OfARecordThatIsGone_IsGivenUp_AndCountedWhenItsMessageComesAgain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Interrupted(instanceId: 1));
        cluster.Storage.Remove(_record);

        cluster.Time.Advance(_longEnough);
        var given = await cluster.RegisterAsync(r => r.Waiting == 0);
        Assert.Equal(new UnattributedCount(1, 1), given.UnknownInstance);

        // Nothing is known of it but that it was: what its machine was decides nothing.
        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node));
        Assert.Equal(0, await cluster.PreemptionsAsync(Cluster));
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted(instanceId: 1)));
        var counted = await cluster.RegisterAsync();
        Assert.Equal((new UnattributedCount(0, 1), 1), (counted.UnknownInstance, counted.Reattributed));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Theory]
    [InlineData(UnattributedStage.not_gke)]
    [InlineData(UnattributedStage.counted)]
    public async Task Instance_WokenForWhatItDoesNotKnow_RecordsItAsTheRegisterHasItAndConfirms(UnattributedStage stage)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shard = cluster.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance));
        await shard.Tell(new UnattributedReport(Id, Instance, Noon, UnattributedStage.waiting, stage), 0);
        var before = await cluster.RegisterAsync();

        await ConfirmedAsync(cluster, stage);

        Assert.Equal(before.NotGke, (await cluster.RegisterAsync()).NotGke);
        Assert.Equal(Outcome.duplicate, await DuplicateAsync(cluster, stage));
    }

    [Fact]
    public async Task Instance_WokenForWhatItHasCounted_SaysSo()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created(instanceId: 1));
        await cluster.SendAsync(Interrupted(instanceId: 1));
        var shard = cluster.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance));
        await shard.Tell(new UnattributedReport(Id, Instance, Noon, UnattributedStage.waiting, UnattributedStage.waiting), 0);

        cluster.Time.Advance(_longEnough);

        var register = await cluster.RegisterAsync(r => r.Waiting == 0);
        Assert.Equal((new UnattributedCount(0, 0), 0), (register.UnknownInstance, register.Reattributed));
        await ConfirmedAsync(cluster, UnattributedStage.counted);
    }

    [Fact]
    public async Task Cluster_ThatAsksForWhatItsInstanceHasGivenUp_IsBelieved()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Interrupted(instanceId: 1));
        cluster.Time.Jump(_longEnough);
        await cluster.InstanceOf(Instance).Wake(Id, UnattributedStage.waiting, Noon);

        Assert.Equal(InterruptionStatus.counted, await cluster.InstanceOf(Instance).GetStatus(Id));

        var register = await cluster.RegisterAsync();
        Assert.Equal((new UnattributedCount(0, 1), 1), (register.UnknownInstance, register.Reattributed));
    }

    /// <summary>The shard's record says, with one of its commits, that the instance has recorded this stage.</summary>
    private static Task<UnattributedEntry> ConfirmedAsync(GrainCluster cluster, UnattributedStage stage) => Eventually.IsAsync(
        async () =>
        {
            cluster.Time.Advance(TimeSpan.FromSeconds(31));
            var shard = cluster.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance));
            await shard.GetSnapshot((await shard.GetSnapshot(0, false)).Version + 1, false);
            return cluster.Storage.Read<UnattributedState>($"unattributed:{UnattributedShard.Of(Instance)}").Interruptions[Id];
        },
        entry => entry.Stage == stage && entry.ConfirmedIn is not null);

    /// <summary>What is recorded as counted is a duplicate; what is of no node becomes one when its message has told the rest.</summary>
    private static async Task<Outcome> DuplicateAsync(GrainCluster cluster, UnattributedStage stage)
    {
        if (stage != UnattributedStage.counted)
        {
            Assert.Equal(OpenStatus.not_gke, Assert.Single(cluster.Storage.Read<InstanceState>(_record).Open).Status);
            Assert.Equal(Outcome.not_gke, await cluster.SendAsync(Interrupted(instanceId: 1)));
        }

        return await cluster.SendAsync(Interrupted(instanceId: 1));
    }

    /// <summary>The instance's write of this number, from now on, fails.</summary>
    private static void FailWrite(TestStorage storage, int number)
    {
        var writes = 0;
        storage.BeforeWrite = record => record == _record && Interlocked.Increment(ref writes) == number
            ? throw new TimeoutException("the store is away")
            : Task.CompletedTask;
    }
}
