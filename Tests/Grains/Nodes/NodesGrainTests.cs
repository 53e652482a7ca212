using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Nodes;

public sealed class NodesGrainTests
{
    private static readonly NodeLabels _labels = new("p/a/c", new CapacityPool("spot", "z", "n2d", "spot"));

    [Fact]
    public async Task Take_IsDurable_AndOneWriteAListing()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var nodes = cluster.Grains.GetGrain<INodesGrain>("p");

        await nodes.Take(Listing(0, null, 5));
        await nodes.Take(Listing(300, 0, 5));
        await nodes.Take(Listing(300, 0, 5));

        Assert.Equal(2, cluster.Storage.Writes.Count(w => w.Record == "nodes:p"));
        await using var after = await GrainCluster.StartAsync(cluster.Storage);
        var snapshot = await after.Grains.GetGrain<INodesGrain>("p").GetSnapshot(0, confirm: true);
        var total = Assert.Single(snapshot.Nodes);
        Assert.Equal((5, 1_500_000, _labels), (total.Running, total.Milliseconds, total.Labels));
        Assert.Equal(Noon.AddSeconds(300), Assert.Single(await after.Grains.GetGrain<INodesGrain>("p").GetListed()).Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Take_WhoseWriteFails_OrLosesItsAnswer_CountsOnceWhenItIsToldAgain(bool isWritten)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var nodes = cluster.Grains.GetGrain<INodesGrain>("p");
        await nodes.Take(Listing(0, null, 5));
        Func<string, Task> fails = _ => throw new TimeoutException("store");
        (cluster.Storage.BeforeWrite, cluster.Storage.AfterWrite) = isWritten ? (cluster.Storage.BeforeWrite, fails) : (fails, cluster.Storage.AfterWrite);
        await Assert.ThrowsAnyAsync<Exception>(() => nodes.Take(Listing(300, 0, 5)));
        (cluster.Storage.BeforeWrite, cluster.Storage.AfterWrite) = (_ => Task.CompletedTask, _ => Task.CompletedTask);

        await Eventually.IsAsync(
            async () =>
            {
                try
                {
                    await nodes.Take(Listing(300, 0, 5));
                    return true;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The activation whose write failed ends.
                    return false;
                }
            },
            isTaken => isTaken);

        Assert.Equal(1_500_000, Assert.Single((await nodes.GetSnapshot(0, false)).Nodes).Milliseconds);
    }

    [Theory]
    [InlineData(3_700)]
    [InlineData(-3_700)]
    public async Task Take_ByAClockThatIsFarOff_IsRefused_AndTheNextOneCounts(int second)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var nodes = cluster.Grains.GetGrain<INodesGrain>("p");
        await nodes.Take(Listing(0, null, 5));

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => nodes.Take(Listing(second, 0, 5)));
        await nodes.Take(Listing(300, 0, 5));

        Assert.Contains("check the clocks of the machines", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1_500_000, Assert.Single((await nodes.GetSnapshot(0, false)).Nodes).Milliseconds);
    }

    [Fact]
    public void Snapshot_WithLessTime_HasLostCommits_AndOneWithFewerRowsHasNot()
    {
        NodeTotal Row(string pool, long milliseconds) => new(_labels with { Pool = _labels.Pool with { NodePool = pool } }, 1, milliseconds, Noon);
        NodeSnapshot Of(params NodeTotal[] rows) => new("p", 1, rows, new Dictionary<string, DateTimeOffset>());
        var before = Of(Row("a", 5), Row("b", 7));

        Assert.True(Of(Row("b", 7), Row("a", 4)).HasLost(before));
        Assert.False(Of(Row("b", 7)).HasLost(before));
        Assert.True((Of() with { Version = 0 }).HasLost(before));
    }

    private static NodeListing Listing(int second, int? before, long running) => new(
        Noon.AddSeconds(second),
        [new ZoneListing("z", before is { } at ? Noon.AddSeconds(at) : null, [new ListedNodes(_labels, running, 0, 0)])]);
}
