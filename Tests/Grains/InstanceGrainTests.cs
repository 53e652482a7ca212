using OrleansSie.Grains.Interfaces;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

public sealed class InstanceGrainTests
{
    [Fact]
    public async Task Interruption_AfterCreation_IsCountedUnderItsLabels()
    {
        await using var cluster = await GrainCluster.StartAsync();

        Assert.Equal(Outcome.created, await cluster.SendAsync(Created(instanceId: 1)));
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted(instanceId: 1)));

        var snapshot = await cluster.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false);
        var total = Assert.Single(snapshot.Totals);
        Assert.Equal(new PoolLabels(new CapacityPool("spot-pool", "europe-west1-c", "n2d-standard-8", "spot"), InterruptionReason.Preempted), total.Labels);
        Assert.Equal(1, total.Count);
    }

    [Fact]
    public async Task Interruption_BeforeCreation_WaitsAndIsThenCountedOnce()
    {
        await using var cluster = await GrainCluster.StartAsync();

        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted()));
        Assert.Equal(Outcome.created, await cluster.SendAsync(Created()));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));

        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted()));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Interruption_SentTenTimes_CountsOnce()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created());

        var outcomes = new List<Outcome>();
        for (var i = 0; i < 10; i++)
        {
            outcomes.Add(await cluster.SendAsync(Interrupted()));
        }

        Assert.Equal([Outcome.counted, .. Enumerable.Repeat(Outcome.duplicate, 9)], outcomes);
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Message_DeliveredAgain_EndsAsItDidFirst_AndOneThatWasPublishedTwiceIsADuplicate()
    {
        await using var cluster = await GrainCluster.StartAsync();
        InstanceEvent[] first = [Created() with { MessageId = "1" }, Interrupted() with { MessageId = "2" }];
        InstanceEvent[] published = [Created() with { MessageId = "3" }, Interrupted() with { MessageId = "4" }];
        Outcome[] effects = [Outcome.created, Outcome.counted];

        Assert.Equal(effects, await cluster.SendAsync(first));
        Assert.Equal(effects, await cluster.SendAsync(first));
        Assert.Equal([Outcome.duplicate, Outcome.duplicate], await cluster.SendAsync(published));
        Assert.Equal(effects, await cluster.SendAsync(first));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Interruption_SecondOfOneInstance_CountsTwo()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created(instanceId: 1));

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("first", 1)));
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("second", 1)));

        Assert.Equal(2, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Interruption_OfAnInstanceWithoutGkeLabels_IsNotGke()
    {
        await using var cluster = await GrainCluster.StartAsync();

        Assert.Equal(Outcome.not_gke, await cluster.SendAsync(Created(cluster: "")));
        Assert.Equal(Outcome.not_gke, await cluster.SendAsync(Interrupted()));
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted()));
    }

    [Fact]
    public async Task Interruption_OfAReplacedInstance_CountsForTheClusterOfItsId()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created("first", 1, Noon, "a"));
        await cluster.SendAsync(Created("second", 2, Noon.AddMinutes(1), "b"));

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("late", 1, Noon.AddMinutes(2))));

        Assert.Equal(1, await cluster.PreemptionsAsync("p/europe-west1/a"));
        Assert.Equal(0, await cluster.PreemptionsAsync("p/europe-west1/b"));
    }

    [Fact]
    public async Task Creation_MakesItsClusterKnownWithZero()
    {
        await using var cluster = await GrainCluster.StartAsync();

        await cluster.SendAsync(Created());

        var changes = await cluster.ChangesAsync();
        var row = Assert.Single(changes.Clusters);
        Assert.Equal(Cluster, row.Key);
        var total = Assert.Single(row.Totals);
        Assert.Equal(new CapacityPool("spot-pool", "europe-west1-c", "n2d-standard-8", "spot"), total.Labels.Pool);
        Assert.Equal((InterruptionReason.Preempted, 0, null), (total.Labels.Reason, total.Count, total.Last));
    }

    [Fact]
    public async Task Interruption_WhenAnyOneWriteFailsOrItsAnswerIsLost_CountsOnce()
    {
        await using var cluster = await GrainCluster.StartAsync();
        const int WritesOfAnInterruption = 3;
        var expected = 0;
        for (var fault = 0; fault < 2 * WritesOfAnInterruption; fault++)
        {
            var instance = $"{Instance}-{fault}";
            await cluster.SendAsync(Created() with { Instance = instance });
            var isAnswerLost = fault % 2 == 1;
            var left = (fault / 2) + 1;
            cluster.Storage.BeforeWrite = _ => !isAnswerLost && --left == 0 ? throw new IOException("store away") : Task.CompletedTask;
            cluster.Storage.AfterWrite = _ => isAnswerLost && --left == 0 ? throw new IOException("answer lost") : Task.CompletedTask;

            var outcome = await cluster.SendAsync(Interrupted($"interrupt-{fault}") with { Instance = instance });

            Assert.True(left <= 0, $"fault {fault} was met");
            Assert.Contains(outcome, new[] { Outcome.counted, Outcome.duplicate });
            Assert.Equal(++expected, await cluster.PreemptionsAsync(Cluster));
        }
    }

    [Fact]
    public async Task Counts_AfterAllSilosAreGone_ComeBackFromTheStore()
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            await before.SendAsync(Created());
            await before.SendAsync(Interrupted());
        }

        await using var after = await GrainCluster.StartAsync(storage);

        Assert.Equal(Outcome.duplicate, await after.SendAsync(Interrupted()));
        Assert.Equal(1, await after.PreemptionsAsync(Cluster));
        Assert.Equal(Cluster, Assert.Single((await after.ChangesAsync()).Clusters).Key);
    }

    [Fact]
    public async Task Event_OnACorruptRecord_FailsAndNamesTheRecord()
    {
        await using var cluster = await GrainCluster.StartAsync();
        cluster.Storage.Put("cluster:p/europe-west1/c", "{\"s\":1,\"v\":\"x");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false));

        Assert.Contains("cluster/p/europe-west1/c", error.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", error.Message, StringComparison.Ordinal);
    }
}
