namespace OrleansSie.Silo.Metrics;

/// <summary>A refresh that never runs twice at once and that all who ask for it share.</summary>
internal sealed class SharedRefresh
{
    private readonly Func<bool, Task<bool>> _fetch;
    private readonly Lock _lock = new();
    private Task<bool>? _running;
    private Task<bool>? _next;

    /// <param name="fetch">Does it, with confirmation or without, and says whether it succeeded; it throws nothing.</param>
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

    private Task<bool> Start(bool confirm) => _running = Task.Run(() => _fetch(confirm));

    private async Task<bool> StartAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<bool> mine;
        lock (_lock)
        {
            // Nobody else starts one while this one waits; whoever comes from now on waits for one that begins later still.
            _next = null;
            mine = Start(confirm: true);
        }

        return await mine;
    }
}
