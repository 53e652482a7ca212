using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>
/// One cluster whose ids are confirmed for so long that they are forgotten, those in a segment and others. Its old world is stopped while it
/// does that; meanwhile the living one has every event once more, and a new one.
/// </summary>
internal sealed class ForgettingRun
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly PoolLabels _labels = new(new CapacityPool("spot-pool", "europe-west1-c", "n2d-standard-8", "spot"), InterruptionReason.Preempted);

    private static readonly StopScenario _scenario = new(
        6,
        [[Created(instanceId: 1)], [Interrupted("i", 1)], [Interrupted("j", 1)]],
        new Dictionary<string, string[]> { ["c"] = ["i", "j"] }) { CountedBefore = Journal.MostInTail + 1 };

    private readonly StopWorlds _worlds;
    private readonly string? _point;
    private readonly string _tag;
    private readonly string _key;
    private readonly List<InstanceEvent> _events;

    public ForgettingRun(StopWorlds worlds, string? point)
    {
        _worlds = worlds;
        _point = point;
        _tag = worlds.NewTag();
        _key = StopScenario.KeyOf("c", _tag);
        _events = [.. _scenario.StepsOf(_tag).SelectMany(s => s)];
    }

    /// <summary>In the old world all but the last event are counted, and their ids confirmed.</summary>
    public async Task PrepareAsync()
    {
        await OldCluster.Add(new ClusterEffects { Interruptions = [.. _scenario.IdsBefore.Select(id => new Interruption(id, Instance, Noon, _labels))] });
        await OldCluster.Confirm([.. _scenario.IdsBefore]);
        foreach (var e in _events.SkipLast(1))
        {
            await _worlds.Old.SendAsync(e);
        }

        // The outcome is known a little before the delivery ends; what is asked next is answered after that.
        Assert.Equal(InterruptionStatus.counted, await _worlds.Old.Grains.GetGrain<IInstanceGrain>(_events[0].Instance).GetStatus(_events[1].EventId));
        await Eventually.IsAsync(
            async () =>
            {
                await OldCluster.GetSnapshot(Stored.Version + 1, false);
                return Stored.Confirmed;
            },
            confirmed => confirmed == 1,
            _patience);
    }

    /// <summary>Waits for the epoch after the one in which the ids were confirmed: with the next they are forgotten.</summary>
    public async Task AgeAsync()
    {
        await Eventually.IsAsync(() => Task.FromResult(Stored.Epoch), epoch => epoch == 1, _patience);
        _worlds.Points.Begin(_tag, _point, _scenario);
    }

    /// <summary>The points of a run that is not stopped.</summary>
    public async Task<IReadOnlyList<string>> RecordAsync()
    {
        var points = await Eventually.IsAsync(
            () => Task.FromResult(_worlds.Points.Passed(_tag)), passed => passed.Count >= _scenario.Points, _patience);
        Assert.True(points.Count == _scenario.Points, $"{points.Count} points, and {_scenario.Points} were expected:\n{string.Join('\n', points)}");
        return points;
    }

    /// <summary>Completes when the old world stands still.</summary>
    public Task StoppedAsync() => _worlds.Points.Reached(_tag).WaitAsync(_patience, TestContext.Current.CancellationToken);

    /// <summary>The living world has all events, of which the last one is new.</summary>
    public async Task TakeOverAsync()
    {
        foreach (var e in _events)
        {
            var outcome = await _worlds.Living.SendAsync(e);
            Assert.True(e == _events[^1] || outcome == Outcome.duplicate, $"{_point}: {e.EventId} came once more and was {outcome}");
        }

        await CheckAsync("after the living world took over");
    }

    /// <summary>The old world goes on with what it was doing.</summary>
    public async Task WakeAsync()
    {
        await EndOldAsync();
        await CheckAsync("after the old world woke");
    }

    /// <summary>All comes once more: nothing is counted again, and the cluster of neither world is in want of what was forgotten.</summary>
    public async Task RepeatAsync()
    {
        foreach (var e in _events)
        {
            var outcome = await _worlds.Living.SendAsync(e);
            Assert.True(outcome == Outcome.duplicate, $"{_point}: {e.EventId} came once more and was {outcome}");
        }

        await StopWorlds.ForgetAsync(LivingCluster);
        await LivingCluster.Add(new Interruption(_events[^1].EventId, _events[^1].Instance, Noon, _labels), 0);
        await CheckAsync("after all was sent once more");
    }

    private ClusterState Stored => _worlds.Store.Read<ClusterState>($"cluster:{_key}");

    private IClusterGrain OldCluster => _worlds.Old.Grains.GetGrain<IClusterGrain>(_key);

    private IClusterGrain LivingCluster => _worlds.Living.Grains.GetGrain<IClusterGrain>(_key);

    /// <summary>An activation ends when what runs in it has ended, and only then another one answers.</summary>
    private async Task EndOldAsync()
    {
        await StopWorlds.ForgetAsync(OldCluster);
        _worlds.Points.Release(_tag);
        await OldCluster.GetSnapshot(0, false);
    }

    private async Task CheckAsync(string when)
    {
        var expected = _scenario.CountedBefore + 2;
        var stored = Stored.Totals.Sum(t => t.Count);
        Assert.True(stored == expected, $"{_point}: {when}: STORED total is {stored} and not {expected}");
        await Eventually.IsAsync(ServedAsync, served => served == expected, _patience);
    }

    private async Task<long> ServedAsync() =>
        (await _worlds.Living.ChangesAsync()).Clusters.Where(c => c.Key == _key).SelectMany(c => c.Totals).Sum(t => t.Count);
}
