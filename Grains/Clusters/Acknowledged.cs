using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// What an activation may answer with: its record as the store acknowledged it last. While the cluster was changing, or a silo was paused,
/// another activation may have written since, and a store that was restored has an older record; here the one that was left behind is
/// found out.
/// </summary>
internal static class Acknowledged
{
    /// <summary>Returns when what was acknowledged is as new as the caller needs it.</summary>
    /// <param name="state">The record.</param>
    /// <param name="commit">Its writes.</param>
    /// <param name="version">The version that the store acknowledged last.</param>
    /// <param name="known">The newest version that the caller has seen.</param>
    /// <param name="confirm">Whether to make sure, by the store, that no other activation has written since.</param>
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
