namespace OrleansSie.Silo.Storage;

/// <summary>
/// Removes what has expired from the embedded store: a few hundred at a time, with a pause between, so that a write never waits for more
/// than that.
/// </summary>
internal sealed class EmbeddedRetention(EmbeddedStore store, TimeProvider time)
{
    private const int Most = 250;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Until nothing is left to do now.</summary>
    public async Task PassAsync(CancellationToken cancel)
    {
        while (await store.SweepAsync(Most) > 0)
        {
            await Task.Delay(_pause, time, cancel);
        }
    }
}
