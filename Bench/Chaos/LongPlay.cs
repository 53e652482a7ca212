using OrleansSie.Bench.Chaos.Faults;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Bench.Chaos.Verdicts;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;

namespace OrleansSie.Bench.Chaos;

/// <summary>
/// Plays one long fault: all instances are known before it begins, their interruptions come while it lasts, and some things must be so by
/// a time. A silo that says that it is not ready is believed: it may have left the cluster.
/// </summary>
internal sealed class LongPlay
{
    /// <summary>Pub/Sub gives a message up after so many deliveries: <c>max_delivery_attempts</c> of infra/gcp.</summary>
    public const int DeliveryLimit = 100;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan _toCreate = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _burst = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _mostPublishing = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _countedWithin = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan _leaves = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _exactAfterHeal = TimeSpan.FromMinutes(2);

    private readonly LongFault _fault;
    private readonly Mix _mix;
    private readonly Model _model;
    private readonly ChaosEnvironment _ground;
    private readonly SiloFleet _fleet;
    private readonly Scrapes _scrapes;
    private readonly Progress _progress;
    private readonly List<Difference> _differences = [];
    private readonly List<string> _shown = [];

    public LongPlay(LongFault fault, Mix mix, Model model, ChaosEnvironment environment, SiloFleet fleet, Scrapes scrapes, Progress progress)
    {
        _fault = fault;
        _mix = mix;
        _model = model;
        _ground = environment;
        _fleet = fleet;
        _scrapes = scrapes;
        _progress = progress;
    }

    /// <summary>What the run showed, for the results.</summary>
    public string Shown => string.Join("; ", _fault == LongFault.Cut ? [.. _shown, $"a message was delivered {_ground.Deliveries.Most} times at most"] : _shown);

    /// <summary>What was not so in time, or cannot be.</summary>
    public IEnumerable<Difference> Differences() => _ground.Deliveries.Most < DeliveryLimit
        ? _differences
        : _differences.Append(new Difference("deliveries of one message", $"fewer than {DeliveryLimit}", $"{_ground.Deliveries.Most}"));

    public async Task RunAsync(Schedule schedule, Publisher publisher, CancellationToken cancellationToken)
    {
        await CreateAsync(publisher, cancellationToken);
        _progress.Tell("all instances are known; the fault begins");
        await Task.WhenAll(
            schedule.RunAsync(_ground, _fleet, _progress.Tell, cancellationToken),
            InterruptAsync(publisher, schedule.Duration, cancellationToken),
            _fault == LongFault.Cut ? AllCountedAsync(cancellationToken) : Task.CompletedTask);
        _progress.Tell("the fault has ended");
        if (_fault == LongFault.Cut)
        {
            var late = await SeriesVerdict.CompareAsync(_model, _fleet, isHopeless: false, cancellationToken, _exactAfterHeal);
            _differences.AddRange(_fleet.Deaths == 0 && (schedule.Duration < _leaves || _scrapes.Rejoins == 1)
                ? []
                : [new Difference("the silo that left", "one, in its own process", $"{_scrapes.Rejoins} silos, and {_fleet.Deaths} processes ended")]);
            _differences.AddRange(late.Select(l => l with { What = $"{l.What}, {_exactAfterHeal.TotalSeconds:F0} s after the heal" }));
        }

        foreach (var freeze in schedule.Faults.Select(f => f.Fault).OfType<FreezeSilo>())
        {
            _shown.Add($"{freeze.AtThatPoint} instances were at that point");
            _differences.AddRange(freeze.AtThatPoint > 0 ? [] : [new Difference("instances at that point", "at least 1", "0: this run proves nothing")]);
        }
    }

    private async Task CreateAsync(Publisher publisher, CancellationToken cancellationToken)
    {
        var creations = _mix.Messages.Where(m => m.IsCreationTopic).ToList();
        await publisher.RunAsync(creations, _toCreate, cancellationToken);
        var settled = await UntilAsync(
            _patience, () => Task.FromResult(_scrapes.Sum(e => e.Sum(MetricNames.Messages)) >= creations.Count), cancellationToken);
        _differences.AddRange(settled is not null ? [] : [new Difference("creations settled before the fault", $"{creations.Count}", "fewer: this run proves nothing")]);
    }

    private async Task InterruptAsync(Publisher publisher, TimeSpan duration, CancellationToken cancellationToken)
    {
        var interruptions = _mix.Messages.Where(m => !m.IsCreationTopic).ToList();
        switch (_fault)
        {
            case LongFault.Cut:
                await publisher.RunAsync(interruptions, duration < _mostPublishing ? duration : _mostPublishing, cancellationToken);
                break;
            case LongFault.SlowStore:
                await publisher.RunAsync(interruptions, duration, cancellationToken);
                break;
            default:
                // Many at once, for many to be where the silo is frozen; the others keep the clusters at work meanwhile.
                await publisher.RunAsync([.. interruptions.Where(m => m.At < KnownMix.Middle)], _burst, cancellationToken);
                await publisher.RunAsync([.. interruptions.Where(m => m.At >= KnownMix.Middle)], duration, cancellationToken);
                break;
        }
    }

    /// <summary>Waits until every silo that says it is ready shows them all.</summary>
    private async Task AllCountedAsync(CancellationToken cancellationToken)
    {
        double[] shown = [];
        var took = await UntilAsync(
            _countedWithin,
            async () =>
            {
                var all = await Task.WhenAll(_fleet.Members.Select(m => m.MetricsAsync(cancellationToken)));
                shown = [.. all.OfType<Exposition>().Where(e => e.Value(MetricNames.Ready) == 1).Select(e => e.Sum(MetricNames.InterruptionEvents))];
                return shown.Length >= _fleet.Members.Count - 1 && shown.All(count => count == _model.Figures.Counted);
            },
            cancellationToken);
        if (took is null)
        {
            _differences.Add(new Difference(
                $"counted on the silos that are ready, {_countedWithin.TotalSeconds:F0} s after the cut", $"{_model.Figures.Counted}", string.Join(", ", shown)));
            return;
        }

        _shown.Add($"all counted {took.Value.TotalSeconds:F0} s after the cut on {shown.Length} silos");
        _progress.Tell(_shown[^1]);
    }

    /// <summary>How long it took; null where it was not so in time.</summary>
    private static async Task<TimeSpan?> UntilAsync(TimeSpan patience, Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                return null;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return TimeProvider.System.GetElapsedTime(started);
    }
}
