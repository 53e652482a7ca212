namespace OrleansSie.Silo.Totals;

/// <summary>A refresh that never runs twice at once. All callers share it.</summary>
internal sealed class SharedRefresh
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly Func<bool, Task<bool>> _fetch;
    private readonly Lock _lock = new();
    private Task<bool>? _running;
    private Task<bool>? _next;

    /// <param name="fetch">Refreshes, with confirmation or without, and returns whether it succeeded. It throws nothing.</param>
    public SharedRefresh(Func<bool, Task<bool>> fetch) => _fetch = fetch;

    /// <summary>The refresh that runs now or is about to, else a new one, without confirmation.</summary>
    public Task<bool> Join()
    {
        lock (_lock)
        {
            return _running is { IsCompleted: false } running ? running : _next ?? Start(confirm: false);
        }
    }

    /// <summary>A refresh with confirmation that begins after this call: what it reads is no older than the call.</summary>
    public Task<bool> Begin()
    {
        lock (_lock)
        {
            return _next is not null ? _next
                : _running is { IsCompleted: false } running ? _next = Task.Run(() => StartAfterAsync(running))
                : Start(confirm: true);
        }
    }

    /// <summary>Waits until a refresh has ended, for two seconds at most.</summary>
    public static async Task WaitAsync(Task refresh, TimeProvider time, CancellationToken cancellationToken) =>
        await refresh.WaitAsync(_patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task<bool> Start(bool confirm) => _running = Task.Run(() => _fetch(confirm));

    private async Task<bool> StartAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<bool> mine;
        lock (_lock)
        {
            // No other call starts one while this one waits. Calls from now on wait for one that begins later.
            _next = null;
            mine = Start(confirm: true);
        }

        return await mine;
    }
}
