namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Writes a grain's state for many callers at once: those who ask while a write runs share the next one. Runs on the grain's
/// own scheduler only, so it needs no lock.
/// </summary>
internal sealed class GroupCommit
{
    private readonly Func<Task> _write;
    private TaskCompletionSource? _running;
    private TaskCompletionSource? _next;

    public GroupCommit(Func<Task> write)
    {
        _write = write;
    }

    /// <summary>Completes when a write that began after this call is acknowledged; fails if that write fails.</summary>
    public Task CommitAsync()
    {
        _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mine = _next.Task;
        if (_running is null)
        {
            RunAsync().Ignore();
        }

        return mine;
    }

    /// <summary>Completes when everything changed before this call is acknowledged; writes nothing by itself.</summary>
    public Task WhenCoveredAsync() => (_next ?? _running)?.Task ?? Task.CompletedTask;

    private async Task RunAsync()
    {
        while (_next is not null)
        {
            _running = _next;
            _next = null;
            try
            {
                await _write();
                _running.SetResult();
            }
            catch (Exception e)
            {
                _running.SetException(e);
            }
        }

        _running = null;
    }
}
