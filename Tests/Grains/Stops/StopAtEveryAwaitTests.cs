using OrleansSie.Grains.Interfaces;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>
/// Between a message and its acknowledgement the world may end at every await. For each of them: the silo stands still there, its
/// unacknowledged events come to another one, then the first goes on as a zombie. The count is exact after each of these.
/// Killed instead of woken, the same.
/// </summary>
[Collection(nameof(StopAtEveryAwaitTests))]
[CollectionDefinition(nameof(StopAtEveryAwaitTests), DisableParallelization = true)]
public sealed class StopAtEveryAwaitTests
{
    private const string Other = Instance + "-other";

    private static readonly UnattributedStage[] _waited = [UnattributedStage.waiting, UnattributedStage.counted];

    private static readonly Dictionary<string, StopScenario> _scenarios = new()
    {
        ["known instance"] = new(32, [[Created(instanceId: 1)], [Interrupted(instanceId: 1)]], Of("interrupt-1")),
        ["known instance without an id"] = new(34, [[Created()], [Interrupted()]], Of("interrupt-1")),
        ["known instance that takes its id"] = new(34, [[Created()], [Interrupted(instanceId: 1)]], Of("interrupt-1")),
        ["two of one instance in one call"] = new(12, [[Interrupted("i", 1), Interrupted("j", 1)]], Of("i", "j"))
        {
            Before = [Created(instanceId: 1)],
            MostOfCluster = 1,
        },
        ["created and interrupted in one call"] = new(28, [[Created(instanceId: 1), Interrupted(instanceId: 1)]], Of("interrupt-1")),
        ["life that is no longer kept"] = new(14, [[Interrupted(instanceId: 1, at: Noon.AddHours(1))]], Of("interrupt-1"))
        {
            Before = [.. Enumerable.Range(1, 17).Select(i => Created($"create-{i}", (ulong)i, Noon.AddMinutes(i)))],
        },
        ["waiting, then created"] = new(40, [[Interrupted(instanceId: 1)], [Created(instanceId: 1)]], Of("interrupt-1"))
        {
            Stages = new Dictionary<string, UnattributedStage[]> { ["interrupt-1"] = _waited },
        },
        ["two waiting, then created"] = new(24, [[Created(instanceId: 1)]], Of("i", "j"))
        {
            Before = [Created("create-2", 2), Interrupted("i", 1), Interrupted("j", 1)],
            MostOfCluster = 1,
            Stages = new Dictionary<string, UnattributedStage[]> { ["i"] = _waited, ["j"] = _waited },
        },
        ["two of one instance"] = new(
            42, [[Created(instanceId: 1)], [Interrupted("i", 1)], [Interrupted("j", 1)]], Of("i", "j")),
        ["the same twice"] = new(
            36, [[Created(instanceId: 1)], [Interrupted(instanceId: 1)], [Interrupted(instanceId: 1) with { At = Noon.AddSeconds(1) }]], Of("interrupt-1")),
        ["name used again"] = new(
            66,
            [
                [Created("create-1", 1, Noon, "a")],
                [Interrupted("i", 1, Noon.AddMinutes(1))],
                [Created("create-2", 2, Noon.AddMinutes(2), "b")],
                [Interrupted("j", 2, Noon.AddMinutes(3))],
            ],
            new Dictionary<string, string[]> { ["a"] = ["i"], ["b"] = ["j"] }),
        ["two instances at once"] = new(
            26,
            [
                [Created(instanceId: 1)],
                [Created("create-2", 2) with { Instance = Other }],
                [Interrupted("i", 1), Interrupted("j", 2) with { Instance = Other }],
            ],
            Of("i", "j")) { MostOfOne = 1 },
        ["the 65th makes a segment"] = new(24, [[Created(instanceId: 1)], [Interrupted(instanceId: 1)]], Of("interrupt-1")) { CountedBefore = 64 },
        ["interruption of a stranger"] = new(18, [[Created(instanceId: 1, cluster: "")], [Interrupted("i", 1)]], new Dictionary<string, string[]>())
        {
            Stages = new Dictionary<string, UnattributedStage[]> { ["i"] = [UnattributedStage.not_gke] },
        },
        ["given up, then created"] = new(52, [[Interrupted("i", 1)], [Created(instanceId: 1)]], Of("i"))
        {
            Calls = new Dictionary<int, StopCall> { [0] = new(true, (instance, tag) => instance.Wake("i" + tag, UnattributedStage.waiting, Noon)) },
            Stages = new Dictionary<string, UnattributedStage[]> { ["i"] = [UnattributedStage.waiting, UnattributedStage.unknown_instance, UnattributedStage.counted] },
        },
        ["waiting, then sighted"] = new(40, [[Interrupted("i", 1)]], Of("i"))
        {
            Stages = new Dictionary<string, UnattributedStage[]> { ["i"] = _waited },
            Calls = new Dictionary<int, StopCall> { [0] = new(false, (instance, tag) => instance.Observe(Observation(tag))) },
        },
    };

    public static TheoryData<string> Scenarios() => [.. _scenarios.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task World_StoppedAtAnyAwaitAndWokenLater_CountsExactly(string name)
    {
        await using var worlds = new StopWorlds();
        await worlds.InitializeAsync();
        var scenario = _scenarios[name];
        var round = new StopRound(worlds, scenario);
        var points = await round.RecordAsync();

        await round.WakeAsync(points.Where(point => !StopPoints.IsShared(point)));
        foreach (var point in points.Where(StopPoints.IsShared))
        {
            await round.WakeAsync([point]);
        }

        AssertExact(round, points, scenario);
    }

    [Fact]
    public async Task World_KilledAtAnyAwait_CountsExactly()
    {
        await using var worlds = new StopWorlds();
        await worlds.InitializeAsync();
        var scenario = _scenarios["known instance"];
        var round = new StopRound(worlds, scenario);
        var points = await round.RecordAsync();

        await round.KillAsync(points.Where(point => !StopPoints.IsShared(point)));
        foreach (var point in points.Where(StopPoints.IsShared))
        {
            await worlds.StartOldAsync();
            await round.KillAsync([point]);
        }

        AssertExact(round, points, scenario);
    }

    private static void AssertExact(StopRound round, IReadOnlyList<string> points, StopScenario scenario)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{points.Count} points, {round.StaleAnswers} stale answers");
        Assert.True(round.Wrong.Count == 0, string.Join('\n', round.Wrong));
        Assert.True(points.Count == scenario.Points, $"{points.Count} points, and {scenario.Points} were expected:\n{string.Join('\n', points)}");
    }

    private static InstanceObservation Observation(string tag) =>
        new(1, Noon, Noon, new InstanceDescription("c" + tag, "europe-west1", "spot-pool", "n2d-standard-8", "spot"));

    private static Dictionary<string, string[]> Of(params string[] ids) => new() { ["c"] = ids };
}
