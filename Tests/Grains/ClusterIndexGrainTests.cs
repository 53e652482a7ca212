using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.EndToEnd;
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
        Assert.Null(await index.GetChanges(0, 0));
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Null(await index.GetChanges(0, 0));

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
            .Report(await cluster.Grains.GetGrain<IClusterGrain>("p/europe-west1/b").GetSnapshot(0));
        var second = await cluster.Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).GetChanges(first.Generation, first.Sequence);

        Assert.Equal(2, first.Clusters.Count);
        Assert.Equal("p/europe-west1/b", Assert.Single(second!.Clusters).Key);
    }

    private static Task Fail(TaskCompletionSource asked)
    {
        asked.TrySetResult();
        throw new IOException("store away");
    }
}
