using Orleans.Storage;
using OrleansSie.Silo.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// A grain storage whose failures are counted and make the silo look at the store at once. It passes everything on as it is, but a store that
/// is no longer the same one is neither read nor written.
/// </summary>
internal sealed class WatchedGrainStorage(IGrainStorage inner, StoreHealth health, StoreMetrics metrics) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        RunAsync(StoreOperation.read, stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        RunAsync(StoreOperation.write, stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        RunAsync(StoreOperation.clear, stateName, grainId, grainState);

    private async Task RunAsync<T>(StoreOperation operation, string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (health.Lost is { } lost)
        {
            throw new StoreLostException(lost);
        }

        try
        {
            await (operation switch
            {
                StoreOperation.read => inner.ReadStateAsync(stateName, grainId, grainState),
                StoreOperation.write => inner.WriteStateAsync(stateName, grainId, grainState),
                _ => inner.ClearStateAsync(stateName, grainId, grainState),
            }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A refused etag is no failure of the store; or the store was emptied and has no record with this etag, which the look finds.
            if (e is not InconsistentStateException)
            {
                metrics.Failed(operation);
            }

            health.Suspect();
            throw;
        }
    }
}

/// <summary>The failures of the store that this silo saw.</summary>
internal sealed class StoreMetrics
{
    private readonly Counter.Child[] _errors;

    public StoreMetrics(MetricsRegistry metrics)
    {
        var errors = metrics.Factory.CreateCounter(
            MetricNames.StoreErrors, "Reads, writes and removals of records that the store failed.", MetricNames.OperationLabel);
        _errors = [.. Enum.GetValues<StoreOperation>().Select(o => errors.WithLabels(o.ToString()))];
    }

    public void Failed(StoreOperation operation) => _errors[(int)operation].Inc();
}

/// <summary>What a grain asked of the store. The names are label values.</summary>
internal enum StoreOperation
{
    read,
    write,
    clear,
}
