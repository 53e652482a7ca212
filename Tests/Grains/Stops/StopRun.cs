using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>One scenario under names of its own, stopped at one point or at none, and what it must have come to.</summary>
internal sealed class StopRun
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly PoolLabels _labels = new(new CapacityPool("spot-pool", "europe-west1-c", "n2d-standard-8", "spot"), InterruptionReason.Preempted);

    private readonly StopWorlds _worlds;
    private readonly StopScenario _scenario;
    private readonly string _tag;
    private readonly InstanceEvent[][] _steps;
    private readonly HashSet<object> _acknowledged = [];
    private Task _old = Task.CompletedTask;

    public StopRun(StopWorlds worlds, StopScenario scenario, string? point)
    {
        _worlds = worlds;
        _scenario = scenario;
        _tag = worlds.NewTag();
        _steps = scenario.StepsOf(_tag);
        Point = point;
    }

    /// <summary>Where it is stopped.</summary>
    public string? Point { get; }

    /// <summary>How often the living cluster's grain was found to answer from before the old world's last commits.</summary>
    public int StaleAnswers { get; private set; }

    /// <summary>Finds the points, in the order in which they come.</summary>
    public async Task<IReadOnlyList<string>> RecordAsync()
    {
        await PrepareAsync();
        await SendAsync(_worlds.Old);

        // What is sent one way ends after its event.
        var began = TimeProvider.System.GetTimestamp();
        return await Eventually.IsAsync(
            () => Task.FromResult(_worlds.Points.Passed(_tag)),
            passed => passed.Count >= _scenario.Points || TimeProvider.System.GetElapsedTime(began) > _patience / 4,
            _patience);
    }

    /// <summary>Counts what was there before the scenario.</summary>
    public async Task PrepareAsync()
    {
        if (_scenario.CountedBefore > 0)
        {
            var key = StopScenario.KeyOf("c", _tag);
            var cluster = _worlds.Old.Grains.GetGrain<IClusterGrain>(key);
            await cluster.Add(new ClusterEffects { Interruptions = [.. _scenario.IdsBefore.Select(Of)] });
        }

        if (_scenario.BeforeOf(_tag) is { Length: > 0 } before)
        {
            await _worlds.Old.SendAsync(before);
        }

        _worlds.Points.Begin(_tag, Point, _scenario);
    }

    /// <summary>Runs in the old world until it stops.</summary>
    public async Task StopAsync()
    {
        _old = SendAsync(_worlds.Old);
        await _worlds.Points.Reached(_tag).WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    /// <summary>What is not acknowledged comes to the living world.</summary>
    public Task TakeOverAsync() => SendAsync(_worlds.Living);

    /// <summary>The old world goes on where it was stopped.</summary>
    public async Task WakeAsync()
    {
        _worlds.Points.Release(_tag);
        await _old;
    }

    /// <summary>The old world is dead: nobody waits for it.</summary>
    public void Abandon() => _old.Ignore();

    /// <summary>Everything comes once more: all of it is known, in the instances and in the clusters.</summary>
    public async Task RepeatAsync()
    {
        foreach (var e in _steps.SelectMany(s => s))
        {
            var outcome = await _worlds.Living.SendAsync(e);
            Assert.True(outcome == Outcome.duplicate, $"{e.EventId} came once more and was {outcome}");
        }

        foreach (var (step, call) in _scenario.Calls)
        {
            await CallAsync(_worlds.Living, step, call);
        }

        foreach (var (name, ids) in _scenario.Counted)
        {
            var cluster = _worlds.Living.Grains.GetGrain<IClusterGrain>(StopScenario.KeyOf(name, _tag));
            await StopWorlds.ForgetAsync(cluster);
            await Task.WhenAll(_scenario.AllIds(name, ids, _tag).Select(id => cluster.Add(Of(id), 0)));
        }
    }

    /// <summary>
    /// What is stored is exact: totals, ids, instances. The answer of an activation may be stale only until it next speaks with the
    /// store, and never above the truth. The index serves the truth.
    /// </summary>
    public async Task CheckAsync(string when)
    {
        foreach (var (name, ids) in _scenario.Counted)
        {
            var key = StopScenario.KeyOf(name, _tag);
            var expected = _scenario.AllIds(name, ids, _tag).ToHashSet();
            StoredCluster.Of(_worlds.Store, key).IsExactly(expected, when);
            await AnswersAsync(key, expected.Count, when);
            await Eventually.IsAsync(() => ServedAsync(key), served => served == expected.Count, _patience);
        }

        foreach (var e in _steps.SelectMany(s => s).Where(e => e.Kind == InstanceEventKind.interrupted))
        {
            if (_scenario.Counted.Values.Any(ids => ids.Any(id => id + _tag == e.EventId)))
            {
                StoredCluster.InstanceHasCounted(_worlds.Store, e, when);
            }
            else
            {
                StoredCluster.InstanceHasToldNoNode(_worlds.Store, e, when);
            }

            var expected = _scenario.Stages.GetValueOrDefault(e.EventId[..^_tag.Length])?[^1] ?? UnattributedStage.unheard;
            await Eventually.IsAsync(() => Task.FromResult(StoredInRegister(e.EventId)), stored => stored == expected, _patience);
        }
    }

    private UnattributedStage StoredInRegister(string id) =>
        UnattributedFigures.StoredShards(_worlds.Store).Max(s => s.Interruptions.GetValueOrDefault(id)?.Stage) ?? UnattributedStage.unheard;

    private async Task AnswersAsync(string key, long expected, string when)
    {
        var cluster = _worlds.Living.Grains.GetGrain<IClusterGrain>(key);
        var first = Sum(await cluster.GetSnapshot(0, false));
        Assert.True(first <= expected, $"{when}: {key} answered {first}, which is more than the {expected} of the truth");
        StaleAnswers += first == expected ? 0 : 1;
        var version = StoredCluster.Of(_worlds.Store, key).Version;
        long answered;
        try
        {
            answered = Sum(await cluster.GetSnapshot(version, false));
        }
        catch (StateUnavailableException)
        {
            // It was behind, which its own commit has shown: the next activation has read the store.
            answered = Sum(await cluster.GetSnapshot(version, false));
        }

        Assert.True(answered == expected, $"{when}: {key} ANSWERED {answered} of {expected} though it was asked with the stored version");
    }

    /// <summary>Sends what is not acknowledged, one step after the other.</summary>
    private async Task SendAsync(GrainCluster world)
    {
        foreach (var (number, step) in _steps.Index())
        {
            await Task.WhenAll(step.Where(e => !IsAcknowledged(e)).GroupBy(e => e.Instance).Select(async events =>
            {
                await world.SendAsync([.. events]);
                lock (_acknowledged)
                {
                    _acknowledged.UnionWith(events);
                }
            }));
            if (_scenario.Calls.TryGetValue(number, out var call) && !IsAcknowledged(call))
            {
                await CallAsync(world, number, call);
                lock (_acknowledged)
                {
                    _acknowledged.Add(call);
                }
            }
        }
    }

    /// <summary>Whatever it fails by, its caller makes it again.</summary>
    private async Task CallAsync(GrainCluster world, int step, StopCall call)
    {
        if (call.IsLate)
        {
            _worlds.PassTimeout();
        }

        await Eventually.IsAsync(
            async () =>
            {
                var made = call.MakeAsync(world.InstanceOf(_steps[step][0].Instance), _tag);
                await made.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return made.Status;
            },
            status => status == TaskStatus.RanToCompletion,
            2 * _patience);
    }

    private bool IsAcknowledged(object e)
    {
        lock (_acknowledged)
        {
            return _acknowledged.Contains(e);
        }
    }

    private async Task<long> ServedAsync(string key) => (await _worlds.Living.ChangesAsync()).Clusters.Where(c => c.Key == key).Sum(Sum);

    private static long Sum(ClusterSnapshot snapshot) => snapshot.Totals.Sum(t => t.Count);

    private static Interruption Of(string id) => new(id, Events.Instance, Events.Noon, _labels);
}
