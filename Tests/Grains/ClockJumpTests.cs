using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>The wall clock of the grains jumps by hours, forward and back, between any two steps: nothing is lost or counted twice.</summary>
public sealed class ClockJumpTests
{
    private static readonly PoolLabels _labels = new(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(-1)]
    public async Task Events_WithAJumpBetweenEach_CountOnce(int hours)
    {
        await using var cluster = await GrainCluster.StartAsync();
        InstanceEvent[] events = [Interrupted("i", 1), Created(instanceId: 1), Interrupted("j", 1)];
        foreach (var e in events)
        {
            Jump(cluster, TimeSpan.FromHours(hours));
            await cluster.SendAsync(e);
        }

        foreach (var e in events)
        {
            Jump(cluster, TimeSpan.FromHours(hours));
            Assert.Equal(Outcome.duplicate, await cluster.SendAsync(e));
        }

        Assert.Equal(2, await cluster.PreemptionsAsync(Cluster));
        var heard = cluster.Storage.Read<InstanceState>($"instance:{Instance}").LastHeardAt;
        Assert.Equal(Noon.AddHours(3 * hours), heard);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    public async Task Add_OfAnUnconfirmedInterruptionAfterAJump_DoesNotCountAgain(int hours)
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            await before.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("unconfirmed"), 0);
        }

        await using var after = await GrainCluster.StartAsync(storage);
        Jump(after, TimeSpan.FromHours(hours));
        await after.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("unconfirmed"), 0);

        Assert.Equal(1, await after.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Add_OfInterruptionsInSegmentsAfterAJumpBack_DoesNotCountAgain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        var ids = Enumerable.Range(0, Journal.MostInTail + 44).Select(i => $"id-{i}").ToArray();
        await Task.WhenAll(ids.Select(id => grain.Add(Of(id), 0)));
        Jump(cluster, TimeSpan.FromHours(-1));
        await Task.WhenAll(ids.Select(grain.Confirm));
        Jump(cluster, TimeSpan.FromMinutes(9));
        await Task.WhenAll(ids.Select(id => grain.Add(Of(id), 0)));

        Assert.Equal(ids.Length, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Add_OfAConfirmedInterruptionAfterAJumpOfAnHour_DoesNotCountAgain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Of("confirmed"), 0);
        await grain.Confirm("confirmed");
        Jump(cluster, TimeSpan.FromHours(1));

        await HousekeepAsync(cluster);
        await grain.Add(Of("confirmed"), 0);

        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Add_OfAConfirmedInterruptionToANewActivationWhoseClockIsAnHourAhead_DoesNotCountAgain()
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            var first = before.Grains.GetGrain<IClusterGrain>(Cluster);
            await first.Add(Of("confirmed"), 0);
            await first.Confirm("confirmed");
            await first.Add(Of("next"), 0);
        }

        await using var after = await GrainCluster.StartAsync(storage);
        Jump(after, TimeSpan.FromHours(1));
        await after.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false);
        await HousekeepAsync(after);
        await after.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("confirmed"), 0);

        Assert.Equal(2, await after.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Confirmed_AfterTwoEpochsOfALivingActivation_IsForgottenThoughTheClockWentBack()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Of("confirmed"), 0);
        await grain.Confirm("confirmed");
        cluster.Storage.Put($"instance:{Instance}-bad", "{\"s\":1,");
        await grain.Add(Of("unconfirmed") with { Instance = $"{Instance}-bad" }, 0);
        Jump(cluster, TimeSpan.FromHours(-1));
        for (var epoch = 1; epoch <= 2; epoch++)
        {
            cluster.Time.Advance(Fence.EpochLength + TimeSpan.FromMinutes(1));
            await Eventually.IsAsync(() => Task.FromResult(cluster.Storage.Read<ClusterState>($"cluster:{Cluster}")), state => state.Epoch == epoch);
        }

        Assert.Equal(["unconfirmed"], cluster.Storage.Read<ClusterState>($"cluster:{Cluster}").Tail.Select(e => e.Id));
    }

    [Fact]
    public async Task Index_AfterTheWallClockWentBackAnHour_StillAsksInItsNextRound()
    {
        var storage = new TestStorage();
        await using var writer = await GrainCluster.StartAsync(storage);
        await using var cluster = await GrainCluster.StartAsync(storage);
        Assert.Empty((await cluster.ChangesAsync()).Clusters);
        await writer.SendAsync(Created());

        Jump(cluster, TimeSpan.FromHours(-1));
        cluster.Time.Advance(TimeSpan.FromSeconds(61));

        await Eventually.IsAsync(cluster.ChangesAsync, changes => changes.Clusters.Count == 1);
    }

    /// <summary>Lets the cluster's housekeeping run once: an interruption of which it does not know is asked about in each.</summary>
    private static async Task HousekeepAsync(GrainCluster cluster)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Storage.BeforeRead = record =>
        {
            if (record == $"instance:{Instance}-asked")
            {
                asked.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await cluster.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("asked") with { Instance = $"{Instance}-asked", Labels = _labels with { Reason = InterruptionReason.Other } }, 0);
        cluster.Time.Advance(TimeSpan.FromMinutes(3));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private static void Jump(GrainCluster cluster, TimeSpan by) => cluster.Time.Jump(by);

    private static Interruption Of(string id) => new(id, Instance, Noon, _labels);
}
