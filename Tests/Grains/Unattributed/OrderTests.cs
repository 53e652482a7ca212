using CsCheck;
using OrleansSie.Grains.Interfaces;
using Xunit;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>
/// Generated histories of one name: lives that follow each other, whose insert failed or not, that were deleted, repaired, stopped or came
/// to their planned end, and were interrupted before or after any of that. Where entries carry ids and descriptions agree, the order in which
/// they arrive changes no total under any labels; where some descriptions lack the location, it changes no sum by cluster name.
/// </summary>
public sealed class OrderTests
{
    private const string Name = "projects/p/zones/europe-west1-c/instances/gke-1";
    private static readonly DateTimeOffset _noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Life> _life = Gen.Select(
        Gen.Int[0, 2], Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 4],
        (cluster, isListed, failed, interruptions, end, from) => new Life(cluster, isListed, failed, interruptions, end, from));

    [Fact]
    public void History_WhoseEntriesCarryIds_CountsTheSameInEveryOrder() => Check(location: _ => "europe-west1", world => world.ByLabels());

    [Fact]
    public void History_WhoseDescriptionsLackTheLocationNowAndThen_CountsTheSameByName() =>
        Check(location: i => i % 2 == 0 ? "europe-west1" : "", world => world.Compatible());

    [Fact]
    public void History_OfNodesWhoseEntriesCarryNoIds_CountsTheSameByName() =>
        Check(
            location: i => i % 2 == 0 ? "europe-west1" : "",
            world => world.Compatible(),
            life => life with { HasId = false, Cluster = Math.Min(life.Cluster, 1), IsListed = life is { IsListed: true, Cluster: > 0 } });

    private static void Check(Func<int, string> location, Func<PureWorld, IEnumerable<string>> told, Func<Life, Life>? of = null) =>
        Gen.Select(_life.Array[1, 4], Gen.Int[0, int.MaxValue - 1]).Sample(
            (lives, seed) =>
            {
                Fact[] facts = [.. lives.SelectMany((life, i) => (of?.Invoke(life) ?? life).Facts(i, location))];
                var expected = told(Apply(facts));
                var random = new Random(seed);
                for (var order = 0; order < 8; order++)
                {
                    random.Shuffle(facts);
                    Assert.Equal(expected, told(Apply([.. facts, .. facts.Where(_ => random.Next(4) == 0)])));
                }
            },
            iter: Tiers.Rounds(3_000, 30_000));

    private static PureWorld Apply(IEnumerable<Fact> facts)
    {
        var world = new PureWorld();
        foreach (var fact in facts)
        {
            world.Apply(fact);
        }

        return world;
    }

    /// <param name="Cluster">0: of no cluster.</param>
    /// <param name="IsListed">Whether an inventory sees it.</param>
    /// <param name="Failed">Whether its insert's last entry is an error.</param>
    /// <param name="Interruptions">How many.</param>
    /// <param name="End">0: none, 1: deleted, or its planned end, 2: gone from the inventory, 3: both.</param>
    /// <param name="Minute">Of the first interruption: before, at or after the other entries.</param>
    private sealed record Life(int Cluster, bool IsListed, bool Failed, int Interruptions, int End, int Minute)
    {
        /// <summary>Whether its entries tell its id.</summary>
        public bool HasId { get; init; } = true;

        public IEnumerable<Fact> Facts(int number, Func<int, string> location)
        {
            var id = 100UL + (ulong)number;
            var at = _noon.AddHours(number);
            InstanceEvent Event(string name, InstanceEventKind kind, int minute) => new()
            {
                Instance = Name,
                Kind = kind,
                At = at.AddMinutes(minute),
                EventId = $"{name}-{number}",
                InstanceId = HasId ? id : null,
            };
            InstanceDescription Description(int which) => Cluster == 0
                ? new InstanceDescription("", "", "", "e2-small", "standard")
                : new InstanceDescription($"c{Cluster}", location(which), $"pool-{number}", "n2d-standard-8", "spot");

            yield return Fact.Of(Event("created", InstanceEventKind.created, 0) with { Description = Description(0) });
            yield return Fact.Of(Event("last", Failed ? InstanceEventKind.create_failed : InstanceEventKind.create_finished, 1));
            for (var i = 0; i < Interruptions; i++)
            {
                yield return Fact.Of(Event($"lost{i}", InstanceEventKind.interrupted, Minute + i) with { Reason = i == 0 ? InterruptionReason.Preempted : $"reason-{i}" });
            }

            if (IsListed)
            {
                yield return new Fact(Name) { Observation = new InstanceObservation(id, at, at.AddMinutes(20), Description(1)) };
            }

            if ((End & 1) != 0)
            {
                yield return Fact.Of(Event("deleted", InstanceEventKind.deleted, 3));
            }

            if ((End & 2) != 0)
            {
                yield return new Fact(Name) { Vanished = (id, at.AddMinutes(30)) };
            }
        }
    }
}
