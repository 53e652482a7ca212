using OrleansSie.Grains.Interfaces;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>One name, several lives: which of them an event speaks of, in any order and after any number of them.</summary>
public sealed class IncarnationTests
{
    [Fact]
    public async Task Creation_AfterManyInterruptionsOfStrangers_IsKept()
    {
        await using var cluster = await GrainCluster.StartAsync();
        for (var i = 1; i <= 16; i++)
        {
            Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted($"i{i}", (ulong)i, Noon.AddMinutes(i))));
        }

        Assert.Equal(Outcome.created, await cluster.SendAsync(Created("c17", 17, Noon.AddMinutes(17))));

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("i17", 17, Noon.AddMinutes(18))));
    }

    [Fact]
    public async Task Interruption_OfTheSeventeenthVmOfOneName_IsStillNotGkeAndOfANodeAfterItCounted()
    {
        await using var cluster = await GrainCluster.StartAsync();
        for (var i = 1; i <= 17; i++)
        {
            await cluster.SendAsync(Created($"c{i}", (ulong)i, Noon.AddMinutes(2 * i), ""));
            Assert.Equal(Outcome.not_gke, await cluster.SendAsync(Interrupted($"i{i}", (ulong)i, Noon.AddMinutes((2 * i) + 1))));
        }

        await cluster.SendAsync(Created("node", 100, Noon.AddMinutes(100)));

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("last", 100, Noon.AddMinutes(101))));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Interruption_FoundToBeOfNoCluster_IsClaimedByANodeOfTheNameOnlyWithoutAnId()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created("vm", 1, Noon, ""));
        await cluster.SendAsync(Deleted("gone", 1, Noon.AddMinutes(30)));
        Assert.Equal(Outcome.not_gke, await cluster.SendAsync(Interrupted("i1", 1, Noon.AddMinutes(30))));
        Assert.Equal(Outcome.not_gke, await cluster.SendAsync(Interrupted("i2", null, Noon.AddMinutes(30))));

        await cluster.SendAsync(Created("node", 2, Noon.AddHours(5)));

        // As if the creation had come first.
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Theory]
    [InlineData(InstanceEventKind.bulk_created)]
    [InlineData(InstanceEventKind.create_finished)]
    [InlineData(InstanceEventKind.create_failed)]
    [InlineData(InstanceEventKind.deleted)]
    public async Task FirstIdSeen_ByAnyKindOfEvent_IsKept(InstanceEventKind kind)
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created("creation", null, Noon));
        await cluster.SendAsync(Created("second", 1, Noon.AddMinutes(1)) with { Kind = kind, Description = null });

        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted("other", 2, Noon.AddMinutes(2))));

        // Also where the creation's last entry is an error: what was interrupted existed.
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("same", 1, Noon.AddMinutes(2))));
    }

    [Fact]
    public async Task Creation_WithoutAnId_DescribesTheLifeItBegins()
    {
        await using var cluster = await GrainCluster.StartAsync();
        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted("first", 1, Noon.AddMinutes(5))));
        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted("second", 2, Noon.AddMinutes(15))));

        await cluster.SendAsync(Created("b", null, Noon.AddMinutes(10), "b"));
        await cluster.SendAsync(Created("a", null, Noon, "a"));

        Assert.Equal(1, await cluster.PreemptionsAsync("p/europe-west1/a"));
        Assert.Equal(1, await cluster.PreemptionsAsync("p/europe-west1/b"));
    }
}
