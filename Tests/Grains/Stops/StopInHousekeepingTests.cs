using OrleansSie.Grains.State;
using Xunit;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>
/// A cluster forgets ids by a timer, in several steps, and the world may end at every await between them: whatever is then
/// forgotten or not, no count changes, and the cluster answers.
/// </summary>
[Collection(nameof(StopAtEveryAwaitTests))]
public sealed class StopInHousekeepingTests
{
    private static readonly TimeSpan _longEnough = Fence.EpochLength + TimeSpan.FromMinutes(1);

    [Fact]
    public async Task World_StoppedWhileItForgetsAndWokenLater_CountsExactly()
    {
        await using var worlds = new StopWorlds();
        await worlds.InitializeAsync();
        var runs = new List<ForgettingRun>();
        foreach (var point in await PointsAsync(worlds))
        {
            runs.Add(new ForgettingRun(worlds, point));
        }

        await EachAsync(runs, run => run.PrepareAsync());
        worlds.Pass(_longEnough);
        await EachAsync(runs, run => run.AgeAsync());
        worlds.Pass(_longEnough);
        await EachAsync(runs, run => run.StoppedAsync());
        await StopWorlds.ForgetIndexAsync(worlds.Living);
        await EachAsync(runs, run => run.TakeOverAsync());
        await EachAsync(runs, run => run.WakeAsync());
        await EachAsync(runs, run => run.RepeatAsync());
    }

    private static async Task<IReadOnlyList<string>> PointsAsync(StopWorlds worlds)
    {
        var run = new ForgettingRun(worlds, null);
        await run.PrepareAsync();
        worlds.Pass(_longEnough);
        await run.AgeAsync();
        worlds.Pass(_longEnough);
        var points = await run.RecordAsync();
        worlds.Points.End();
        return points;
    }

    private static Task EachAsync(List<ForgettingRun> runs, Func<ForgettingRun, Task> phase) => Task.WhenAll(runs.Select(phase));
}
