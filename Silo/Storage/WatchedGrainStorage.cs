using Orleans.Storage;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// A grain storage whose failures are counted and make the silo look at the store at once. It changes nothing of what it answers, but
/// for a store that is not the one it was: that is neither read nor written.
/// </summary>
internal sealed class WatchedGrainStorage(IGrainStorage inner, StoreHealth health, StoreMetrics metrics) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WatchAsync(StoreOperation.read, () => inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WatchAsync(StoreOperation.write, () => inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WatchAsync(StoreOperation.clear, () => inner.ClearStateAsync(stateName, grainId, grainState));

    private async Task WatchAsync(StoreOperation operation, Func<Task> ask)
    {
        if (health.Lost is { } lost)
        {
            throw new StoreLostException(lost);
        }

        try
        {
            await ask();
        }
        catch (InconsistentStateException)
        {
            // The store doing its work; or an emptied one, which has no record of this etag.
            health.Suspect();
            throw;
        }
        catch (Exception)
        {
            // Counted and looked into; the grain gets it as it is.
            metrics.Failed(operation);
            health.Suspect();
            throw;
        }
    }
}
