namespace OrleansSie.Bench.Load;

/// <summary>Gives an exporter events and waits for their end. A count that is wrong ends the run.</summary>
internal sealed class Feed
{
    // What stands in the emulator at a time where nothing is measured: it keeps each message in memory until it is settled.
    private const int Portion = 10_000;

    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _aftermath = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _stuck = TimeSpan.FromMinutes(1);

    private readonly Exporter _exporter;
    private readonly LoadParts _parts;
    private readonly Workload _workload;
    private readonly LoadProgress _progress;
    private double _counted;

    public Feed(Exporter exporter, LoadParts parts, Workload workload, LoadProgress progress)
    {
        _exporter = exporter;
        _parts = parts;
        _workload = workload;
        _progress = progress;
    }

    /// <summary>Publishes events while the exporter runs, and waits until each has had its effect.</summary>
    public async Task TakeAsync(Range instances, bool creations, CancellationToken cancellationToken)
    {
        foreach (var portion in _workload.Entries(instances, creations).Chunk(Portion))
        {
            var before = await SettledAsync(cancellationToken);
            await _parts.PublishAsync(creations, portion);
            await EndAsync(before, portion.Length, creations, cancellationToken);
        }
    }

    /// <summary>
    /// Publishes events while the exporter is stopped, then lets it go on: the rate is that of the drain, from there to the last effect, and the
    /// CPU is that of the half second afterwards too, in which acknowledgements and confirmations end.
    /// </summary>
    public async Task<IEnumerable<Figure>> DrainAsync(Range instances, bool creations, CancellationToken cancellationToken)
    {
        var name = Name(creations);
        _progress.Step = $"{name} are published";
        var entries = _workload.Entries(instances, creations);
        var before = await SettledAsync(cancellationToken);
        var batches = await BatchesAsync(cancellationToken);
        _exporter.Freeze();
        await _parts.PublishAsync(creations, entries);
        var cpu = _exporter.Cpu;
        var started = TimeProvider.System.GetTimestamp();
        _exporter.Thaw();
        var ended = await EndAsync(before, entries.Count, creations, cancellationToken);
        await Task.Delay(_aftermath, TimeProvider.System, cancellationToken);
        var cpuEach = (_exporter.Cpu - cpu).TotalMicroseconds / entries.Count;
        List<Figure> figures =
        [
            new Figure($"{name}, a second", entries.Count / TimeProvider.System.GetElapsedTime(started, ended).TotalSeconds),
            new Figure($"{name}, CPU each, us", cpuEach),
        ];
        if (_exporter.IsOurs)
        {
            figures.Add(new Figure($"{name}, mean batch", entries.Count / (await BatchesAsync(cancellationToken) - batches)));
        }

        return figures;
    }

    /// <summary>Publishes events at a rate: the delay of each until every process shows it.</summary>
    public async Task<IEnumerable<Figure>> DelayAsync(Range instances, bool creations, int rate, CancellationToken cancellationToken)
    {
        _progress.Step = $"{Name(creations)}, {rate} a second";
        var entries = _workload.Entries(instances, creations);
        var before = await SettledAsync(cancellationToken);
        var delays = await new DelayWatch(_exporter, creations).MeasureAsync(
            entries, rate, entry => _parts.PublishAsync(creations, entry), cancellationToken);
        await EndAsync(before, entries.Count, creations, cancellationToken);
        return Figure.OfTimes($"{Name(creations)}, delay at {rate}/s", delays);
    }

    private static string Name(bool creations) => creations ? "creations" : "interruptions";

    private Task<double> SettledAsync(CancellationToken cancellationToken) => OfOursAsync(_exporter.SettledAsync, cancellationToken);

    private Task<double> BatchesAsync(CancellationToken cancellationToken) => OfOursAsync(_exporter.BatchesAsync, cancellationToken);

    private Task<double> OfOursAsync(Func<CancellationToken, Task<double>> read, CancellationToken cancellationToken) =>
        _exporter.IsOurs ? read(cancellationToken) : Task.FromResult(0.0);

    /// <returns>When the last effect was seen.</returns>
    private async Task<long> EndAsync(double settled, int count, bool creations, CancellationToken cancellationToken)
    {
        var ended = _exporter.IsOurs ? await UntilAsync(_exporter.SettledAsync, settled + count, Name(creations), cancellationToken)
            : creations ? await UntilQuietAsync(cancellationToken)
            : TimeProvider.System.GetTimestamp();
        if (creations)
        {
            return ended;
        }

        // Ours answers a scrape from a copy that may be older than the last outcome; the messages have ended before.
        var shown = await UntilAsync(_exporter.CountedAsync, _counted += count, "interruptions that are shown", cancellationToken);
        return await _exporter.CountedAsync(cancellationToken) is var counted && counted > _counted
            ? throw new InvalidOperationException($"{counted} interruptions are shown where there are {_counted}.")
            : _exporter.IsOurs ? ended : shown;
    }

    private async Task<long> UntilAsync(Func<CancellationToken, Task<double>> read, double expected, string name, CancellationToken cancellationToken)
    {
        var (last, since) = (-1.0, TimeProvider.System.GetTimestamp());
        using var timer = new PeriodicTimer(_beat);
        while (true)
        {
            var now = await read(cancellationToken);
            _progress.Step = $"{name}, {now:F0} of {expected:F0}";
            if (now >= expected)
            {
                return TimeProvider.System.GetTimestamp();
            }

            (last, since) = now == last ? (last, since) : (now, TimeProvider.System.GetTimestamp());
            if (TimeProvider.System.GetElapsedTime(since) > _stuck)
            {
                throw new InvalidOperationException($"Nothing happens any more: {now} of {expected} {name}.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The end of what no series tells: the last beat before a second in which the processes used less than a tenth of a core.</summary>
    private async Task<long> UntilQuietAsync(CancellationToken cancellationToken)
    {
        var (cpu, at, busy) = (_exporter.Cpu, TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp());
        using var timer = new PeriodicTimer(_beat * 4);
        while (TimeProvider.System.GetElapsedTime(busy) < _quiet)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            var (cpuNow, now) = (_exporter.Cpu, TimeProvider.System.GetTimestamp());
            busy = cpuNow - cpu < 0.1 * TimeProvider.System.GetElapsedTime(at, now) ? busy : now;
            (cpu, at) = (cpuNow, now);
        }

        return busy;
    }
}
