namespace OrleansSie.Silo.Storage;

/// <summary>
/// Removes what has expired from the embedded store, and first gives the records of older versions their expiry: a few hundred at a
/// time, with a pause between, so that a write never waits for more than that.
/// </summary>
internal sealed class EmbeddedRetention(EmbeddedStore store, string prefix, TimeSpan retention, TimeProvider time)
{
    private const int Most = 250;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Until nothing is left to do now.</summary>
    /// <returns>The number of records that got an expiry.</returns>
    public async Task<int> PassAsync(CancellationToken cancel)
    {
        var dated = await RepeatAsync(() => store.DateAsync(prefix, retention, Most), cancel);
        await RepeatAsync(() => store.SweepAsync(Most), cancel);
        return dated;
    }

    private async Task<int> RepeatAsync(Func<Task<int>> some, CancellationToken cancel)
    {
        var all = 0;
        for (var records = await some(); records > 0; records = await some())
        {
            all += records;
            await Task.Delay(_pause, time, cancel);
        }

        return all;
    }
}
