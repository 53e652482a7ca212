using System.Collections.Concurrent;

namespace OrleansSie.Silo.Inventory;

/// <summary>
/// Calls to many instances, a bounded number at a time. One that fails holds up no other; when a great many fail in a row, something
/// that all need is away, and no more are begun.
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
                    // Whatever it was, this instance is tried again at the next listing, and must not keep the others back.
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
