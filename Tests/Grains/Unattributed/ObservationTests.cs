using OrleansSie.Grains.Interfaces;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>What an inventory tells an instance.</summary>
public sealed class ObservationTests
{
    private static readonly InstanceDescription _node = new("c", "europe-west1", "spot-pool", "n2d-standard-8", "spot");

    [Fact]
    public async Task Observation_OfAnInstanceThatWaits_CountsItsInterruptions()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Interrupted("i", 1));
        await cluster.SendAsync(Interrupted("j", 1));
        await cluster.SendAsync(Interrupted("k", 2));

        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node));

        Assert.Equal(2, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Observation_Repeated_WritesNothing()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var instance = cluster.InstanceOf(Instance);
        await instance.Observe(new InstanceObservation(1, Noon, Noon, _node));
        var writes = cluster.Storage.Writes.Count(w => w.Record.StartsWith("instance:", StringComparison.Ordinal));

        await instance.Observe(new InstanceObservation(1, Noon, Noon.AddMinutes(5), _node));

        Assert.Equal(writes, cluster.Storage.Writes.Count(w => w.Record.StartsWith("instance:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Observation_OfAnInstanceThatWasSilentForAThirdOfItsRetention_IsWrittenAgain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var instance = cluster.InstanceOf(Instance);
        await instance.Observe(new InstanceObservation(1, Noon, Noon, _node));
        cluster.Time.Advance(TimeSpan.FromDays(16));
        var writes = cluster.Storage.Writes.Count;

        await instance.Observe(new InstanceObservation(1, Noon, Noon.AddDays(16), _node));

        Assert.Equal(writes + 1, cluster.Storage.Writes.Count);
    }

    [Fact]
    public async Task Observation_BeforeTheCreation_LeavesTheCreationItsOutcome()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node));

        Assert.Equal(Outcome.created, await cluster.SendAsync(Created(instanceId: 1)));
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Created(instanceId: 1)));
    }

    [Fact]
    public async Task FailedCreation_OfANode_DecidesForAnEventWithoutAnId_AsIfItsFailureHadComeLast()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var failed = Created("failed", 1, Noon.AddMinutes(1)) with { Kind = InstanceEventKind.create_failed, Description = null };
        await cluster.SendAsync(failed);
        await cluster.SendAsync(Created(instanceId: 1, at: Noon));

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted(at: Noon.AddMinutes(2))));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task VanishedInstance_EndsItsLife_SoThatALaterEventWithoutAnIdIsOfTheNextOne()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var instance = cluster.InstanceOf(Instance);
        await cluster.SendAsync(Created("first", 1, Noon, "a"));
        await instance.Vanish(1, Noon.AddMinutes(10));
        await cluster.SendAsync(Created("second", 2, Noon.AddMinutes(11), "b"));

        await cluster.SendAsync(Interrupted("early", null, Noon.AddMinutes(5)));
        await cluster.SendAsync(Interrupted("late", null, Noon.AddMinutes(12)));

        Assert.Equal(1, await cluster.PreemptionsAsync("p/europe-west1/a"));
        Assert.Equal(1, await cluster.PreemptionsAsync("p/europe-west1/b"));
    }

    [Theory]
    [InlineData("preemptible", 24 * 60, true)]
    [InlineData("preemptible", (24 * 60) - 5, true)]
    [InlineData("preemptible", (24 * 60) - 6, false)]
    [InlineData("preemptible", 60, false)]
    [InlineData("spot", 24 * 60, false)]
    public async Task Preemption_OfALegacyPreemptibleInstanceAt24Hours_IsMarked(string model, int minutes, bool isMarked)
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, _node with { ProvisioningModel = model }));

        await cluster.SendAsync(Interrupted(instanceId: 1, at: Noon.AddMinutes(minutes)));

        var snapshot = await cluster.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false);
        Assert.Equal(isMarked, Assert.Single(snapshot.Totals, t => t.Count > 0).Labels.AtLimit);
    }

    [Fact]
    public async Task EventHandedOver_AndTheSameOnItsStream_CountOnce()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created(instanceId: 1));

        Assert.Equal(Outcome.counted, await cluster.InstanceOf(Instance).Handle(Interrupted(instanceId: 1)));
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted(instanceId: 1)));
        Assert.Equal(Outcome.duplicate, await cluster.InstanceOf(Instance).Handle(Interrupted(instanceId: 1)));

        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }
}
