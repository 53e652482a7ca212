using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>A few orders of the traps through whole grains, streams and store: what the rules alone come to holds there too.</summary>
public sealed class GrainPermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Traps_ThroughTheGrainsInAnyOrder_ComeToTheSameCounts(int seed)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var random = new Random(seed);
        var order = Facts.OfTraps().SelectMany(f => Enumerable.Repeat(f, random.Next(3) == 0 ? 2 : 1)).ToArray();
        random.Shuffle(order);
        foreach (var fact in order)
        {
            await HearAsync(cluster, fact);
        }

        var counted = await Eventually.IsAsync(() => CountedAsync(cluster), c => c.Length == 8);
        Assert.Equal(
            [
                "acme-prod-001/europe-west1/c-again 1", "acme-prod-001/europe-west1/c-bulk 1", "acme-prod-001/europe-west1/c-first 2",
                "acme-prod-001/europe-west1/c-repair 1", "acme-prod-001/europe-west1/c-second 1", "acme-prod-001/europe-west1/c-unheard 1",
                "acme-prod-001/europe-west1/twin 1", "acme-prod-001/us-east1/twin 1",
            ],
            counted);

        var shards = await Task.WhenAll(UnattributedShard.Keys.Select(k => cluster.Grains.GetGrain<IUnattributedGrain>(k).GetSnapshot(0, false)));
        Assert.Equal(1, shards.Sum(s => s.Waiting));
        Assert.Equal(2, shards.Sum(s => s.NotGke.Open));
        Assert.Equal((0, 0), (shards.Sum(s => s.UnknownInstance.Total), shards.Sum(s => s.Reattributed)));
    }

    private static Task HearAsync(GrainCluster cluster, Fact fact) => fact switch
    {
        { Event: { } e } => cluster.SendAsync(e),
        { Observation: { } observation } => cluster.InstanceOf(fact.Instance).Observe(observation),
        _ => cluster.InstanceOf(fact.Instance).Vanish(fact.Vanished!.Value.Id, fact.Vanished.Value.At),
    };

    private static async Task<string[]> CountedAsync(GrainCluster cluster) =>
    [
        .. (await cluster.ChangesAsync()).Clusters
            .Select(c => (c.Key, Sum: c.Totals.Sum(t => t.Count)))
            .Where(c => c.Sum > 0)
            .Select(c => $"{c.Key} {c.Sum}")
            .Order(StringComparer.Ordinal),
    ];
}
