using System.Collections.Concurrent;
using System.Text.Json;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>Two activations of one grain on one store, lost commits, and instances that do not answer. Two clusters stand in for two activations.</summary>
public sealed class StaleActivationTests
{
    private static readonly PoolLabels _labels = new(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted);

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
                stored[state.GetProperty("v").GetInt64()] = state.TryGetProperty("t", out var rows) ? rows.EnumerateArray().Sum(CountOf) : 0;
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
    public async Task Segments_OfTheLivingActivation_AreNeitherOverwrittenNorRemovedByAStaleOne()
    {
        var storage = new TestStorage();
        await using var first = await GrainCluster.StartAsync(storage);
        var stale = first.Grains.GetGrain<IClusterGrain>(Cluster);
        await AddAsync(stale, 0, 70);
        await using var second = await GrainCluster.StartAsync(storage);
        var living = second.Grains.GetGrain<IClusterGrain>(Cluster);
        await AddAsync(living, 70, 140);
        Assert.Equal(2, Segments(storage).Count);

        // It writes its segment, and the store refuses its record.
        await Assert.ThrowsAsync<StateUnavailableException>(() => AddAsync(stale, 140, 210));
        Assert.Equal(2, Segments(storage).Count);
        await AddAsync(living, 210, 280);

        await using var third = await GrainCluster.StartAsync(storage);
        var next = third.Grains.GetGrain<IClusterGrain>(Cluster);
        await AddAsync(next, 0, 280);
        Assert.Equal(280, await third.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Asking_InstancesThatDoNotAnswer_KeepsNoOtherBack()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = new ConcurrentDictionary<string, bool>();
        cluster.Storage.BeforeRead = record =>
        {
            read[record] = true;
            return record.Contains("-slow", StringComparison.Ordinal) ? release.Task : Task.CompletedTask;
        };
        cluster.Storage.Put($"instance:{Instance}-bad", "{\"s\":1,");
        var slow = Enumerable.Range(0, 100).Select(i => Of($"slow-{i}", $"{Instance}-slow-{i}"));
        await grain.Add(new ClusterEffects { Interruptions = [.. slow, Of("bad", $"{Instance}-bad"), Of("good", $"{Instance}-good")] });
        cluster.Time.Advance(UnconfirmedAsker.TooLong);

        await Eventually.IsAsync(() => Task.FromResult(read.ContainsKey($"instance:{Instance}-good")), isAsked => isAsked);
        Assert.Contains($"instance:{Instance}-bad", read.Keys);
        release.SetResult();
    }

    private static Task<EffectsAnswer> AddAsync(IClusterGrain grain, int from, int to) =>
        grain.Add(new ClusterEffects { Interruptions = [.. Enumerable.Range(from, to - from).Select(i => Of($"n{i}"))] });

    /// <summary>Moves the index into its next round, which its timer begins within a second of real time.</summary>
    private static async Task NextRoundAsync(GrainCluster cluster, Func<Task<bool>> reached) => await Eventually.IsAsync(async () =>
    {
        cluster.Time.Advance(TimeSpan.FromSeconds(61));
        return await reached();
    }, isReached => isReached);

    private static Interruption Of(string id, string? instance = null) => new(id, instance ?? Instance, Noon, _labels);

    private static long Sum(ClusterSnapshot snapshot) => snapshot.Totals.Sum(t => t.Count);

    private static long CountOf(JsonElement row) => row.TryGetProperty("c", out var count) ? count.GetInt64() : 0;

    private static List<string> Segments(TestStorage storage) => [.. storage.Records.Keys.Where(k => k.StartsWith("segment-", StringComparison.Ordinal))];
}
