using Xunit;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>
/// Whatever order facts come in, and however often, the counts are the same: of all samples, and of the traps on which other programs
/// fall. Seeded, so an order that fails can be seen again.
/// </summary>
public sealed class PermutationTests
{
    private const int Orders = 1_000;

    [Fact]
    public void Samples_InAnyOrder_ComeToTheSameCounts()
    {
        var facts = Facts.OfSamples();
        Assert.True(facts.Count >= 15, $"only {facts.Count} samples say anything of an instance");

        InAnyOrder(facts, ["payments-eu 2"], ["acme-prod-001/europe-west1/payments-eu 4"], sum: 4);
    }

    [Fact]
    public void Traps_InAnyOrder_ComeToTheSameCounts() => InAnyOrder(
        Facts.OfTraps(),
        ["c-again 1", "c-bulk 1", "c-first 2", "c-repair 1", "c-second 1", "c-unheard 1", "twin 2"],
        [
            "acme-prod-001/europe-west1/c-again 1", "acme-prod-001/europe-west1/c-bulk 1", "acme-prod-001/europe-west1/c-first 2",
            "acme-prod-001/europe-west1/c-repair 1", "acme-prod-001/europe-west1/c-second 1", "acme-prod-001/europe-west1/c-unheard 1",
            "acme-prod-001/europe-west1/twin 1", "acme-prod-001/us-east1/twin 1",
        ],
        sum: 9,
        [
            "projects/acme-prod-001/zones/europe-west1-c/instances/listed-stranger p-listed-stranger not_gke",
            "projects/acme-prod-001/zones/europe-west1-c/instances/nobody p-nobody unknown_instance",
            "projects/acme-prod-001/zones/europe-west1-c/instances/stranger p-stranger not_gke",
        ]);

    [Fact]
    public void DescriptionsWithAndWithoutLocation_InAnyOrder_ComeToTheSameSumByName()
    {
        // One creation entry names the cluster's location, the inventory of the same instance does not: either may come first.
        var facts = Facts.OfTraps().Select(f => f.Observation is { } s
            ? f with { Observation = s with { Description = s.Description with { ClusterLocation = "" } } }
            : f).ToList();
        facts.AddRange(facts
            .Where(f => f.Event is { Description: not null })
            .Select(f => new Fact(f.Instance)
            {
                Observation = new(
                    f.Event!.InstanceId!.Value, f.Event.At, f.Event.At, f.Event.Description! with { ClusterLocation = "" }),
            }).ToList());

        InAnyOrder(
            facts,
            ["c-again 1", "c-bulk 1", "c-first 2", "c-repair 1", "c-second 1", "c-unheard 1", "twin 2"],
            byKey: null,
            sum: 9);
    }

    private static void InAnyOrder(
        IReadOnlyList<Fact> facts, string[] compatible, string[]? byKey, int sum, string[]? unattributed = null)
    {
        for (var seed = 0; seed < Orders; seed++)
        {
            var random = new Random(seed);
            var order = facts.Concat(facts.Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(order);
            var world = new PureWorld();
            foreach (var fact in order)
            {
                world.Apply(fact);
            }

            var which = $"order of seed {seed}";
            AssertSame(compatible, world.Compatible(), which);
            AssertSame(byKey ?? world.ByKey(), world.ByKey(), which);
            AssertSame(unattributed ?? world.Unattributed(), world.Unattributed(), which);
            Assert.True(sum == world.Sum(), $"{world.Sum()} and not {sum} in the {which}");
        }
    }

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> actual, string which) => Assert.True(
        expected.SequenceEqual(actual), $"In the {which}:\n{string.Join('\n', actual)}\ninstead of\n{string.Join('\n', expected)}");
}
