using System.Collections.Concurrent;
using System.Text.Json;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.EndToEnd;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>Two activations of one grain on one store, lost commits, and instances that do not answer. Two clusters stand in for two activations.</summary>
public sealed class StaleActivationTests
{
    private static readonly PoolLabels _labels = new("pool", "zone", "type", "spot", InterruptionReason.preempted);

    [Fact]
    public async Task Index_AfterTheStoreLostOneCommit_ServesTheStoresTruth()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Of("a"), 0);
        var old = cluster.Storage.Copy();
        await grain.Add(Of("b"), 0);
        await Eventually.IsAsync(cluster.ChangesAsync, c => c.Clusters.Count == 1 && Sum(c.Clusters[0]) == 2);
        cluster.Storage.Restore(old);
        await Assert.ThrowsAnyAsync<Exception>(() => grain.GetSnapshot(long.MaxValue / 2, false));

        await NextRoundAsync(cluster, async () =>
        {
            var served = (await cluster.ChangesAsync()).Clusters.SingleOrDefault();
            var truth = await grain.GetSnapshot(0, false);
            return served is not null && Sum(served) == 1 && Sum(truth) == 1;
        });
    }

    [Fact]
    public async Task Index_ThatReadTheNamesBeforeAnotherWroteThem_LearnsThem()
    {
        var storage = new TestStorage();
        await using var writer = await GrainCluster.StartAsync(storage);
        await writer.ChangesAsync();
        await using var stale = await GrainCluster.StartAsync(storage);
        Assert.Empty((await stale.ChangesAsync()).Clusters);

        await writer.SendAsync(Created());

        await NextRoundAsync(stale, async () => (await stale.ChangesAsync()).Clusters.Count == 1);
    }

    [Fact]
    public async Task Snapshot_OfAVersion_IsWhatIsStoredUnderThatVersion()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var stored = new ConcurrentDictionary<long, long>();
        cluster.Storage.AfterWrite = record =>
        {
            if (record.StartsWith("cluster:", StringComparison.Ordinal))
            {
                var state = JsonDocument.Parse(cluster.Storage.Records[record]).RootElement;
                stored[state.GetProperty("version").GetInt64()] = state.GetProperty("totals").EnumerateArray().Sum(t => t.GetProperty("count").GetInt64());
            }

            return Task.CompletedTask;
        };

        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        var adds = Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => grain.Add(Of($"x{i}"), 0)));
        var compared = 0;
        while (!adds.IsCompleted || compared == 0)
        {
            var snapshot = await grain.GetSnapshot(0, false);
            if (stored.TryGetValue(snapshot.Version, out var sum))
            {
                compared++;
                Assert.Equal(sum, Sum(snapshot));
            }
        }

        await adds;
    }

    [Fact]
    public async Task SealedIds_OfTheLivingActivation_AreNotOverwrittenByAStaleOne()
    {
        var storage = new TestStorage();
        await using var first = await GrainCluster.StartAsync(storage);
        var stale = first.Grains.GetGrain<IClusterGrain>(Cluster);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => stale.Add(Of($"n{i}"), 0)));
        await stale.Register();
        await using var second = await GrainCluster.StartAsync(storage);
        var living = second.Grains.GetGrain<IClusterGrain>(Cluster);
        await ConfirmAsync(living, 0, 256);
        await living.Add(Of("more"), 0);
        await Eventually.IsAsync(() => Task.FromResult(Sealed(storage)), s => s == 1);

        await ConfirmAsync(stale, 44, 300);
        await Eventually.IsAsync(() => Task.FromResult(Sealed(storage)), s => s == 2);

        await using var third = await GrainCluster.StartAsync(storage);
        var next = third.Grains.GetGrain<IClusterGrain>(Cluster);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => next.Add(Of($"n{i}"), 0)));
        Assert.Equal(301, await third.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Asking_AnInstanceThatDoesNotAnswer_KeepsNeitherSealingNorOthersBack()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Storage.BeforeRead = record => record.EndsWith("-slow", StringComparison.Ordinal) ? release.Task : Task.CompletedTask;
        cluster.Storage.Put($"instance:{Instance}-bad", "{\"schema\":1,");
        cluster.Storage.Put($"instance:{Instance}-good", "{\"schema\":1,\"counted\":[\"good\"]}");
        await grain.Add(Of("slow", Instance + "-slow"), 0);
        await grain.Add(Of("bad", Instance + "-bad"), 0);
        await grain.Add(Of("good", Instance + "-good"), 0);
        cluster.Time.Advance(TimeSpan.FromMinutes(3));

        for (var i = 0; i < 3_000; i += 500)
        {
            await Task.WhenAll(Enumerable.Range(i, 500).Select(n => grain.Add(Of($"s{n}"), 0)));
            await ConfirmAsync(grain, i, i + 500, "s");
        }

        // The timer that asks is a real one, of thirty seconds.
        await Eventually.IsAsync(async () =>
        {
            await grain.Add(Of(Guid.NewGuid().ToString()), 0);
            return Unconfirmed(cluster);
        }, names => !names.Contains("good"), TimeSpan.FromSeconds(80));
        Assert.Contains("bad", Unconfirmed(cluster));
        Assert.True(Sealed(cluster.Storage) >= 10, "sealing went on");
        release.SetResult();
    }

    private static async Task ConfirmAsync(IClusterGrain grain, int from, int to, string prefix = "n")
    {
        for (var i = from; i < to; i++)
        {
            await grain.Confirm($"{prefix}{i}");
        }
    }

    /// <summary>Moves the index into its next round, which its timer begins within a second of real time.</summary>
    private static async Task NextRoundAsync(GrainCluster cluster, Func<Task<bool>> reached) => await Eventually.IsAsync(async () =>
    {
        cluster.Time.Advance(TimeSpan.FromSeconds(61));
        return await reached();
    }, isReached => isReached);

    private static Interruption Of(string id, string? instance = null) => new(id, instance ?? Instance, Noon, _labels);

    private static long Sum(ClusterSnapshot snapshot) => snapshot.Totals.Sum(t => t.Count);

    private static int Sealed(TestStorage storage) => storage.Records.Keys.Count(k => k.StartsWith("counted-", StringComparison.Ordinal));

    private static IReadOnlyList<string> Unconfirmed(GrainCluster cluster) =>
        [.. JsonDocument.Parse(cluster.Storage.Records[$"cluster:{Cluster}"]).RootElement.GetProperty("unconfirmed").EnumerateObject().Select(p => p.Name)];
}
