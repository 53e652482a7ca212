using System.Collections.Concurrent;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>Runs of one scenario, each stopped at a point of its own, that go through their phases together.</summary>
internal sealed class StopRound
{
    private readonly StopWorlds _worlds;
    private readonly StopScenario _scenario;
    private readonly ConcurrentDictionary<string, string> _wrong = new();
    private UnattributedFigures _before = UnattributedFigures.Of([]);

    public StopRound(StopWorlds worlds, StopScenario scenario)
    {
        _worlds = worlds;
        _scenario = scenario;
    }

    /// <summary>What was wrong, by point.</summary>
    public IReadOnlyCollection<string> Wrong => [.. _wrong.Select(w => $"{w.Key}: {w.Value}")];

    /// <summary>Stale answers seen, which are no fault.</summary>
    public int StaleAnswers { get; private set; }

    /// <summary>All points in the order in which they come.</summary>
    public async Task<IReadOnlyList<string>> RecordAsync()
    {
        await RestartOldAsync();
        try
        {
            return await new StopRun(_worlds, _scenario, null).RecordAsync();
        }
        finally
        {
            _worlds.Points.End();
        }
    }

    /// <summary>The old world is stopped at each point, the living one takes over, the old one wakes, and all is sent once more.</summary>
    public async Task WakeAsync(IEnumerable<string> points)
    {
        var runs = await StopAllAsync(points);
        await TakeOverAsync(runs);
        await EachAsync(runs, run => run.WakeAsync());

        // What the old world has put into the unattributed list belatedly leaves it when the unattributed list wakes its instances.
        _worlds.PassTimeout();
        await StopWorlds.RestartRegisterAsync(_worlds.Living);
        await CheckAsync(runs, "after the old world woke");
        await RepeatAsync(runs);
    }

    /// <summary>The old world is stopped at each point and killed, the living one takes over, and all is sent once more.</summary>
    public async Task KillAsync(IEnumerable<string> points)
    {
        var runs = await StopAllAsync(points);
        await _worlds.KillOldAsync();
        runs.ForEach(run => run.Abandon());
        await TakeOverAsync(runs);
        await RepeatAsync(runs);
    }

    private async Task<List<StopRun>> StopAllAsync(IEnumerable<string> points)
    {
        await RestartOldAsync();
        _before = UnattributedFigures.Of(_worlds.Store);
        var runs = points.Select(point => new StopRun(_worlds, _scenario, point)).ToList();
        await EachAsync(runs, run => run.PrepareAsync());
        await EachAsync(runs, run => run.StopAsync());
        return runs;
    }

    private async Task TakeOverAsync(List<StopRun> runs)
    {
        await StopWorlds.ForgetIndexAsync(_worlds.Living);
        await StopWorlds.RestartRegisterAsync(_worlds.Living);
        await EachAsync(runs, run => run.TakeOverAsync());
        await CheckAsync(runs, "after the living world took over");
    }

    private async Task RepeatAsync(List<StopRun> runs)
    {
        await EachAsync(runs, run => run.RepeatAsync());
        await CheckAsync(runs, "after all was sent once more");
        StaleAnswers += runs.Sum(run => run.StaleAnswers);
        _worlds.Points.End();
    }

    private async Task RestartOldAsync()
    {
        await StopWorlds.ForgetIndexAsync(_worlds.Old);
        await _worlds.Old.ChangesAsync();
        await StopWorlds.RestartRegisterAsync(_worlds.Old);
    }

    /// <summary>Each run is exact, and the unattributed list counts as much as all of them together.</summary>
    private async Task CheckAsync(List<StopRun> runs, string when)
    {
        await EachAsync(runs, run => run.CheckAsync(when));
        var (stored, expected) = (UnattributedFigures.Of(_worlds.Store), _before.Plus(_scenario.Figures, runs.Count));
        if (_wrong.IsEmpty && stored != expected)
        {
            _wrong[$"all of {string.Join(", ", runs.Select(r => r.Point))}"] = $"{when}: the unattributed list STORED {stored} and not {expected}";
        }
    }

    /// <summary>A run in which something was wrong has no further phase.</summary>
    private Task EachAsync(List<StopRun> runs, Func<StopRun, Task> phase) =>
        Task.WhenAll(runs.Where(run => !_wrong.ContainsKey(run.Point!)).Select(async run =>
        {
            try
            {
                await phase(run);
            }
            catch (Exception e)
            {
                // Whatever was wrong is told together with the point.
                _wrong[run.Point!] = e.Message;
            }
        }));
}
