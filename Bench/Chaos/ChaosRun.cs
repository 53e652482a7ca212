using OrleansSie.Bench.Chaos.Faults;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Bench.Chaos.Verdicts;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Chaos;

/// <summary>One run: real parts are started, a mix is published while a schedule of faults runs, and then everything is compared.</summary>
internal sealed class ChaosRun
{
    private const int MostShown = 40;
    private static readonly TimeSpan _deadline = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan _registerPatience = TimeSpan.FromSeconds(100);

    private readonly ChaosOptions _options;
    private readonly int _seed;
    private readonly Mix _mix;
    private readonly Model _model;
    private readonly Schedule _schedule;
    private LongPlay? _long;

    public ChaosRun(ChaosOptions options, int seed)
    {
        _options = options;
        _seed = seed;
        _mix = options.Long is { } fault ? Mix.Known(seed, options.Events, tellIds: fault != LongFault.FreezeAfterWrite) : Mix.Of(seed, options.Events);
        _model = Model.Of(_mix);
        if (options.Long is null)
        {
            ListedNodes.AddTo(_model);
        }

        _schedule = Schedule.Of(options, seed);
    }

    /// <summary>Runs it and tells everything.</summary>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var progress = new Progress(_seed, _mix.Messages.Count, mayDraw: _options.Lanes == 1);
        await using var environment = await ChaosEnvironment.PrepareAsync(_options, _seed, cancellationToken);
        using var pubSub = new PubSubRest(environment.Emulator.Host, ChaosEnvironment.Project, Publisher.Patience, cancellationToken);
        await pubSub.CreateAsync(ackDeadlineSeconds: 10);
        progress.Tell(
            $"{_mix.Messages.Count} messages about {_mix.Instances.Count} instance names over {_schedule.Duration.TotalSeconds:F0} s, "
            + $"{_options.Silos} silos, faults: {(_schedule.Faults.Count == 0 ? "none" : _schedule.ByKind)}; logs in {environment.Folder}");
        environment.KeepFolder = true;
        await using var fleet = new SiloFleet(environment, _options, progress.Tell);
        await using var scrapes = new Scrapes(fleet, progress);
        var differences = await PlayAsync(environment, fleet, scrapes, pubSub, progress, cancellationToken);
        environment.KeepFolder = differences.Count > 0 || _options.KeepsFolder;
        Tell(progress, differences, fleet);
        return new RunResult(_seed, _options.Silos, _mix.Messages.Count, _schedule.ByKind, progress.Elapsed, differences.Count, _long?.Shown ?? "");
    }

    private async Task<List<Difference>> PlayAsync(
        ChaosEnvironment environment, SiloFleet fleet, Scrapes scrapes, PubSubRest pubSub, Progress progress, CancellationToken cancellationToken)
    {
        while (!await scrapes.AllReadyAsync(cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
            if (progress.Elapsed > _deadline)
            {
                return [new Difference("silos ready at the start", "yes", "no")];
            }
        }

        progress.Tell("all silos are ready; publishing begins");
        environment.Nodes?.Play(fleet);
        var publisher = new Publisher(pubSub, progress);
        _long = _options.Long is { } fault ? new LongPlay(fault, _mix, _model, environment, fleet, scrapes, progress) : null;
        await (_long?.RunAsync(_schedule, publisher, cancellationToken) ?? Task.WhenAll(
            publisher.RunAsync(_mix.Messages, _schedule.Duration, cancellationToken),
            _schedule.RunAsync(environment, fleet, progress.Tell, cancellationToken)));
        progress.Tell("everything is mended and published; waiting for quiet");
        var unrest = await new Quiet(fleet, scrapes, pubSub, _options.IsShort).WaitAsync(_deadline, cancellationToken);
        var ofStore = await CompareStoreAsync(environment, cancellationToken);
        if (publisher.HasSpoiltTheModel)
        {
            ofStore.Add(new Difference("messages without identity published", "once", "perhaps twice: this run proves nothing"));
        }

        return
        [
            .. (Difference[])(unrest is null ? [] : [unrest]),
            .. ofStore,
            .. await SeriesVerdict.CompareAsync(_model, fleet, isHopeless: ofStore.Count > 0, cancellationToken),
            .. OutcomeVerdict.Compare(_mix, scrapes, fleet.Deaths + scrapes.Rejoins, _schedule.Faults.Count > 0 || publisher.SentAgain > 0),
            .. environment.Nodes is { } nodes ? await NodeVerdict.CompareAsync(nodes, environment, fleet, progress.Tell, cancellationToken) : [],
            .. _long?.Differences() ?? [],
            .. scrapes.Falls.Select(fall => new Difference("a total of one process", "never lower than before", fall)),
        ];
    }

    /// <summary>
    /// Compares until the store is equal to the model, as the unattributed list goes on giving up what waits; what it was told by a silo
    /// that is no more, it sets right within a minute.
    /// </summary>
    private async Task<List<Difference>> CompareStoreAsync(ChaosEnvironment environment, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        while (true)
        {
            List<Difference> differences = [.. StoreVerdict.Compare(_model.Figures, Audit.Of(await StoreReading.AllAsync(environment)))];
            if (differences.Count == 0 || TimeProvider.System.GetElapsedTime(started) > _registerPatience)
            {
                return differences;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private void Tell(Progress progress, List<Difference> differences, SiloFleet fleet)
    {
        foreach (var difference in differences.Take(MostShown))
        {
            progress.Tell($"DIFFERENCE {difference}");
        }

        if (_long is { Shown: { Length: > 0 } shown })
        {
            progress.Tell(shown);
        }

        progress.Tell(differences.Count > 0
            ? $"VERDICT: {differences.Count} differences; {fleet.Deaths} processes ended and were started again"
            : $"VERDICT: exact; {_model.Figures.Counted} interruptions counted, {Open(s => s.Waiting)} waiting, {Open(s => s.NotGke)} not_gke; "
                + $"{fleet.Deaths} processes ended and were started again");
    }

    private int Open(Func<InterruptionStatuses, List<string>> of) => _model.Figures.Instances.Values.Sum(s => of(s).Count);
}
