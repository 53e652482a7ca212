namespace OrleansSie.Bench.Load;

/// <summary>
/// From publishing to what a scrape shows. Events are not told apart: the k-th that is shown is taken for the k-th that was published, which
/// leaves the mean as it is. Of interruptions it is the slowest process's /metrics that counts; of creations, which no cluster-wide series
/// shows, the outcome.
/// </summary>
internal sealed class DelayWatch
{
    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly Func<CancellationToken, Task<double>> _read;

    public DelayWatch(Exporter exporter, bool creations) => _read = creations ? exporter.SettledAsync : exporter.CountedAsync;

    /// <summary>Publishes them evenly.</summary>
    public async Task<List<TimeSpan>> MeasureAsync(
        List<byte[]> entries, int rate, Func<IEnumerable<byte[]>, Task> publish, CancellationToken cancellationToken)
    {
        var before = await _read(cancellationToken);
        var shown = ShownAsync(before, entries.Count, cancellationToken);
        var published = await PublishAsync(entries, rate, publish, cancellationToken);
        return [.. published.Zip(await shown, TimeProvider.System.GetElapsedTime)];
    }

    private static async Task<List<long>> PublishAsync(
        List<byte[]> entries, int rate, Func<IEnumerable<byte[]>, Task> publish, CancellationToken cancellationToken)
    {
        var at = new List<long>();
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(_beat);
        while (at.Count < entries.Count)
        {
            var due = Math.Min(entries.Count, (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * rate) + 1);
            if (due > at.Count)
            {
                var portion = entries[at.Count..due];
                at.AddRange(Enumerable.Repeat(TimeProvider.System.GetTimestamp(), portion.Count));
                await publish(portion);
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return at;
    }

    private async Task<List<long>> ShownAsync(double before, int count, CancellationToken cancellationToken)
    {
        var at = new List<long>();
        var since = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(_beat);
        while (at.Count < count)
        {
            var now = (int)(await _read(cancellationToken) - before);
            var time = TimeProvider.System.GetTimestamp();
            since = now > at.Count ? time : since;
            at.AddRange(Enumerable.Repeat(time, Math.Min(count, now) - at.Count));
            if (TimeProvider.System.GetElapsedTime(since) > _patience)
            {
                throw new InvalidOperationException($"Nothing happens any more: {at.Count} of {count} events are shown.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return at;
    }
}
