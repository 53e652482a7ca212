namespace OrleansSie.Bench.Load;

/// <summary>Says on standard error, once a second, what a run is at.</summary>
internal sealed class LoadProgress : IAsyncDisposable
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _telling;

    public LoadProgress() => _telling = TellAsync();

    /// <summary>Which run it is.</summary>
    public string Run { get; set; } = "";

    /// <summary>What is done now.</summary>
    public string Step { get; set; } = "";

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task TellAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(_ending.Token))
        {
            await Console.Error.WriteLineAsync($"{TimeProvider.System.GetElapsedTime(_started):mm\\:ss} {Run}: {Step}");
        }
    }
}
