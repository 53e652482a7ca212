using Orleans.Storage;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// A grain storage whose failures are counted and make the silo look at the store at once. It changes nothing of what it answers, but
/// for a store that is not the one it was: that is neither read nor written.
/// </summary>
internal sealed class WatchedGrainStorage(IGrainStorage inner, StoreHealth health, StoreMetrics metrics) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfLost();
        try
        {
            await inner.ReadStateAsync(stateName, grainId, grainState).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(StoreOperation.read, e);
            throw;
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfLost();
        try
        {
            await inner.WriteStateAsync(stateName, grainId, grainState).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(StoreOperation.write, e);
            throw;
        }
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfLost();
        try
        {
            await inner.ClearStateAsync(stateName, grainId, grainState).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(StoreOperation.clear, e);
            throw;
        }
    }

    private void ThrowIfLost()
    {
        if (health.Lost is { } lost)
        {
            throw new StoreLostException(lost);
        }
    }

    /// <summary>Counted and looked into; the grain gets it as it is.</summary>
    private void Failed(StoreOperation operation, Exception e)
    {
        // A refused etag is the store doing its work; or an emptied one, which has no record of this etag.
        if (e is not InconsistentStateException)
        {
            metrics.Failed(operation);
        }

        health.Suspect();
    }
}
