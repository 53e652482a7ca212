using Orleans.Storage;

namespace OrleansSie.Silo.Storage;

/// <summary>A grain storage whose failures are counted and make the silo look at the store at once. It changes nothing of what it answers.</summary>
internal sealed class WatchedGrainStorage(IGrainStorage inner, StoreHealth health, StoreMetrics metrics) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WatchAsync(StoreOperation.read, inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WatchAsync(StoreOperation.write, inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WatchAsync(StoreOperation.clear, inner.ClearStateAsync(stateName, grainId, grainState));

    private async Task WatchAsync(StoreOperation operation, Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is not InconsistentStateException)
        {
            // An etag that does not match is the store doing its work. All else is counted and looked into; the grain gets it as it is.
            metrics.Failed(operation);
            health.Suspect();
            throw;
        }
    }
}
