using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

public sealed class ClusterIndexGrainTests
{
    [Fact]
    public async Task GetChanges_WhileOneClusterCannotAnswer_GivesNoAnswer()
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            await before.SendAsync(Created(cluster: "a"));
            await before.SendAsync(Created("b", cluster: "b") with { Instance = Instance + "-b" });
        }

        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        storage.BeforeRead = record => record == "cluster:p/europe-west1/b" ? Fail(asked) : Task.CompletedTask;
        await using var after = await GrainCluster.StartAsync(storage);
        var index = after.Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key);
        Assert.Null(await index.GetChanges(0, 0, false));
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Null(await index.GetChanges(0, 0, false));

        storage.BeforeRead = _ => Task.CompletedTask;
        Assert.Equal(2, (await after.ChangesAsync()).Clusters.Count);
    }

    [Fact]
    public async Task GetChanges_WithTheLastSequence_GivesOnlyWhatChanged()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created(cluster: "a"));
        await cluster.SendAsync(Created("b", cluster: "b") with { Instance = Instance + "-b" });
        // A new cluster commits twice, and reports the second commit in the background.
        var first = await Eventually.IsAsync(cluster.ChangesAsync, c => c.Clusters.Count == 2 && c.Clusters.All(s => s.Version == 2));

        await cluster.SendAsync(Interrupted() with { Instance = Instance + "-b" });
        await cluster.Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key)
            .Report(await cluster.Grains.GetGrain<IClusterGrain>("p/europe-west1/b").GetSnapshot(0, false));
        var second = await cluster.Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).GetChanges(first.Generation, first.Sequence, false);

        Assert.Equal(2, first.Clusters.Count);
        Assert.Equal("p/europe-west1/b", Assert.Single(second!.Clusters).Key);
    }

    [Fact]
    public async Task GetChanges_Confirmed_OfAnActivationThatAnotherHasFollowed_IsRefused_AndTheNextOneClaimsIt()
    {
        var storage = new TestStorage();
        await using var cluster = await GrainCluster.StartAsync(storage);
        await cluster.SendAsync(Created(cluster: "a"));
        var index = cluster.Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key);
        var first = await index.GetChanges(0, 0, true);
        Assert.Single(first!.Clusters);
        Assert.Empty((await index.GetChanges(first.Generation, first.Sequence, true))!.Clusters);
        var mine = storage.Read<ClusterIndexState>("cluster-index:all");

        storage.Put("cluster-index:all", "{\"s\":1,\"c\":{\"p/europe-west1/a\":{}},\"o\":\"another\"}");

        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await index.GetChanges(0, 0, false));
        await Assert.ThrowsAsync<StateUnavailableException>(() => index.GetChanges(first.Generation, first.Sequence, true));
        var next = await cluster.ConfirmedChangesAsync(first.Generation, first.Sequence);
        Assert.NotEqual(first.Generation, next.Generation);
        Assert.Single(next.Clusters);
        Assert.DoesNotContain(storage.Read<ClusterIndexState>("cluster-index:all").Owner, new[] { "another", mine.Owner });
    }

    private static Task Fail(TaskCompletionSource asked)
    {
        asked.TrySetResult();
        throw new IOException("store away");
    }
}
