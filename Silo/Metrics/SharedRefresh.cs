namespace OrleansSie.Silo.Metrics;

/// <summary>A refresh that never runs twice at once and that all who ask for it share.</summary>
internal sealed class SharedRefresh
{
    private readonly Func<Task<bool>> _fetch;
    private readonly Lock _lock = new();
    private Task<bool>? _running;
    private Task<bool>? _next;

    /// <param name="fetch">Does it, and says whether it succeeded; it throws nothing.</param>
    public SharedRefresh(Func<Task<bool>> fetch) => _fetch = fetch;

    /// <summary>The refresh that runs now, else a new one.</summary>
    public Task<bool> Join()
    {
        lock (_lock)
        {
            return _running is { IsCompleted: false } running ? running : Start();
        }
    }

    /// <summary>A refresh that begins after this call: what it reads is no older than the call.</summary>
    public Task<bool> Begin()
    {
        lock (_lock)
        {
            return _running is not { IsCompleted: false } running ? Start() : _next ??= StartAfterAsync(running);
        }
    }

    private Task<bool> Start() => _running = Task.Run(_fetch);

    private async Task<bool> StartAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<bool> mine;
        lock (_lock)
        {
            // Whoever comes from now on waits for one that begins later still. One that another began in this moment is late enough.
            _next = null;
            mine = _running is { IsCompleted: false } begun ? begun : Start();
        }

        return await mine;
    }
}
