using System.Collections.Concurrent;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// Calls to many instances, a limited number at a time. A failed call does not delay the others. After many failures in a row no more
/// calls are made, because something that all of them need is down.
/// </summary>
internal sealed class InstanceCalls
{
    private const int Parallelism = 64;
    private const int MostFailuresInARow = 128;
    private int _failures;
    private int _failuresInARow;
    private volatile Exception? _lastFailure;

    public int Failures => _failures;

    public Exception? LastFailure => _lastFailure;

    /// <summary>Whether no more calls are made.</summary>
    public bool IsHopeless => Volatile.Read(ref _failuresInARow) >= MostFailuresInARow;

    /// <summary>Makes one call for each item.</summary>
    /// <returns>The items whose call succeeded.</returns>
    public async Task<IReadOnlyCollection<T>> MakeAsync<T>(IReadOnlyCollection<T> items, Func<T, Task> call, CancellationToken cancellation)
    {
        var waiting = new ConcurrentQueue<T>(items);
        var done = new ConcurrentQueue<T>();
        async Task DrainAsync()
        {
            while (!IsHopeless && waiting.TryDequeue(out var item))
            {
                try
                {
                    await call(item).WaitAsync(cancellation);
                    done.Enqueue(item);
                    Volatile.Write(ref _failuresInARow, 0);
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested)
                {
                    // This instance is tried again at the next listing. No failure of it may stop the others.
                    _lastFailure = e;
                    Interlocked.Increment(ref _failures);
                    Interlocked.Increment(ref _failuresInARow);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(Parallelism, items.Count)).Select(_ => DrainAsync()));
        return done;
    }

    /// <exception cref="ComputeException">No more calls are made.</exception>
    public void ThrowIfHopeless()
    {
        if (IsHopeless)
        {
            throw new ComputeException(
                ComputeError.instance,
                $"{_failuresInARow} instances in a row could not take what was found: {_lastFailure?.Message}",
                _lastFailure);
        }
    }
}

/// <summary>Receives what an inventory found.</summary>
internal interface IListedInstances
{
    /// <param name="instance">The key of the instance's grain.</param>
    /// <param name="observation">What was found.</param>
    Task ObserveAsync(string instance, InstanceObservation observation);

    /// <param name="instance">The key of the instance's grain.</param>
    /// <param name="id">The numeric id that is no longer listed.</param>
    /// <param name="at">When the listing began.</param>
    Task VanishAsync(string instance, ulong id, DateTimeOffset at);

    /// <summary>When each of a project's zones was last counted.</summary>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> GetListedAsync(string project);

    /// <summary>Takes the nodes that a listing counted, and makes sure that their pools have series.</summary>
    Task CountAsync(string project, NodeListing listing);
}

/// <summary>The grains of the instances.</summary>
internal sealed class InstanceGrains(IGrainFactory grains, KnownClusters clusters) : IListedInstances
{
    public Task ObserveAsync(string instance, InstanceObservation observation) => grains.GetGrain<IInstanceGrain>(instance).Observe(observation);

    public Task VanishAsync(string instance, ulong id, DateTimeOffset at) => grains.GetGrain<IInstanceGrain>(instance).Vanish(id, at);

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> GetListedAsync(string project) => grains.GetGrain<INodesGrain>(project).GetListed();

    public async Task CountAsync(string project, NodeListing listing)
    {
        // First, and then each by itself: a GKE cluster that cannot answer must not keep back the nodes of the others.
        await grains.GetGrain<INodesGrain>(project).Take(listing);
        await Task.WhenAll(listing.Zones.SelectMany(zone => zone.Nodes).GroupBy(nodes => nodes.Labels.Cluster)
            .Select(cluster => clusters.EnsureAsync([.. cluster.Select(nodes => (cluster.Key, nodes.Labels.Pool))]).AsTask()));
    }
}
