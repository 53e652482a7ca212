namespace OrleansSie.Grains.State;

/// <summary>
/// Writes a grain's state for many callers at once: those that ask while a write runs share the next one. Runs on the grain's
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

/// <summary>
/// Checks that an activation may answer with its record as the store acknowledged it last. While the cluster was changing, or a silo was
/// paused, another activation may have written since, and a store that was restored has an older record. The activation that was left
/// behind is found here.
/// </summary>
internal static class Acknowledged
{
    /// <summary>Returns when what was acknowledged is as new as the caller needs it.</summary>
    /// <param name="state">The record.</param>
    /// <param name="commit">Its writes.</param>
    /// <param name="version">The version that the store acknowledged last.</param>
    /// <param name="known">The newest version that the caller has seen.</param>
    /// <param name="confirm">Whether to check in the store that no other activation has written since.</param>
    /// <exception cref="StateUnavailableException">Another activation has written, or the store was set back; this one ends.</exception>
    public static async Task ReachAsync<T>(DurableState<T> state, GroupCommit commit, Func<long> version, long known, bool confirm)
        where T : class, ICommittedState, new()
    {
        if (confirm)
        {
            await ConfirmAsync(state, commit, version);
        }

        if (version() < known)
        {
            // A commit succeeds only on the record that the store holds: it shows whether this activation is the one that is behind.
            // If it is not, the store has lost commits, and the new version must not be taken for one of those.
            state.Value.Version = Math.Max(state.Value.Version, known);
            await commit.CommitAsync();
        }
    }

    private static async Task ConfirmAsync<T>(DurableState<T> state, GroupCommit commit, Func<long> version)
        where T : class, ICommittedState, new()
    {
        var acknowledged = version();
        var stored = (await state.ReadStoredAsync()).Version;
        if (stored > version())
        {
            // It may be that of a write which runs and is not acknowledged yet. If it is another activation's, that write fails.
            await commit.WhenCoveredAsync();
        }

        if (stored < acknowledged || stored > version())
        {
            throw state.LeftBehind();
        }
    }
}

/// <summary>A stored record that counts its commits.</summary>
internal interface ICommittedState
{
    /// <summary>Number of commits of this record.</summary>
    long Version { get; set; }
}
