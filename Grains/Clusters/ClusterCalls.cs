using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// This silo's calls to clusters. What many instances have for one cluster at the same time travels together: those that come while a call
/// is under way, or for a moment after it, share the next one. A call that is not answered within a second no longer delays the others: they
/// go in another call beside it.
/// </summary>
public sealed class ClusterCalls
{
    private const int MostInACall = 256;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    // Each call is a write of its cluster. Without a call shortly before, an interruption does not wait.
    private static readonly TimeSpan _gather = TimeSpan.FromMilliseconds(20);

    // A confirmation is not urgent: it only lets a cluster forget.
    private static readonly TimeSpan _linger = TimeSpan.FromMilliseconds(50);

    private readonly GrainReferences<IClusterGrain> _clusters;
    private readonly ILogger<ClusterCalls> _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Outbox> _adds = [];
    private readonly Dictionary<string, List<string>> _confirmations = [];

    /// <summary>Makes the calls of one silo.</summary>
    public ClusterCalls(IGrainFactory grains, ILogger<ClusterCalls> logger)
    {
        _clusters = new GrainReferences<IClusterGrain>(grains);
        _logger = logger;
    }

    /// <summary>Counts an interruption in a cluster, once.</summary>
    /// <returns>Null when it is counted durably; else nothing happened, and the epoch under which the sender has to read its record again.</returns>
    /// <exception cref="Exception">Whatever the call ended with: whether it is counted is unknown.</exception>
    public Task<long?> AddAsync(string cluster, Interruption interruption)
    {
        var waiting = new Waiting(interruption);
        lock (_lock)
        {
            if (!_adds.TryGetValue(cluster, out var box))
            {
                _adds.Add(cluster, box = new Outbox());
            }

            box.Waiting.Add(waiting);
            if (box.Calls == 0)
            {
                box.Calls++;
                Apart(() => SendAsync(cluster, box));
            }
        }

        return waiting.Counted.Task;
    }

    /// <summary>Tells a cluster, soon, that an instance has recorded an interruption as counted. If the call gets lost, the cluster asks.</summary>
    public void Confirm(string cluster, string id)
    {
        lock (_lock)
        {
            if (_confirmations.TryGetValue(cluster, out var ids))
            {
                ids.Add(id);
                return;
            }

            _confirmations.Add(cluster, [id]);
        }

        Apart(() => ConfirmAsync(cluster));
    }

    // Not on the scheduler of the grain that happened to come first.
    private static void Apart(Func<Task> run) => Task.Run(run).Ignore();

    private async Task SendAsync(string cluster, Outbox box)
    {
        while (Take(cluster, box) is { } taken)
        {
            try
            {
                var effects = new ClusterEffects { Interruptions = taken.ConvertAll(w => w.Interruption) };
                var call = _clusters.Of(cluster).Add(effects);
                await GoBesideAsync(cluster, box, call);
                var answer = await call;
                foreach (var waiting in taken)
                {
                    waiting.Counted.SetResult(answer.Refused.Contains(waiting.Interruption.Id) ? answer.Epoch : null);
                }
            }
            catch (Exception e)
            {
                // Each sender gets the error, and its message is delivered again.
                taken.ForEach(w => w.Counted.SetException(e));
            }

            await Task.Delay(_gather, TimeProvider.System);
        }
    }

    /// <summary>Ends with the call. As long as it is not answered, what waits goes beside it each second.</summary>
    private async Task GoBesideAsync(string cluster, Outbox box, Task call)
    {
        while (!call.IsCompleted && await Task.WhenAny(call, Task.Delay(_patience, TimeProvider.System)) != call)
        {
            lock (_lock)
            {
                if (box.Waiting.Count > 0)
                {
                    box.Calls++;
                    Apart(() => SendAsync(cluster, box));
                }
            }
        }
    }

    private List<Waiting>? Take(string cluster, Outbox box)
    {
        lock (_lock)
        {
            if (box.Waiting.Count == 0)
            {
                if (--box.Calls == 0)
                {
                    _adds.Remove(cluster);
                }

                return null;
            }

            var taken = box.Waiting.GetRange(0, Math.Min(MostInACall, box.Waiting.Count));
            box.Waiting.RemoveRange(0, taken.Count);
            return taken;
        }
    }

    private async Task ConfirmAsync(string cluster)
    {
        await Task.Delay(_linger, TimeProvider.System);
        List<string>? ids;
        lock (_lock)
        {
            _confirmations.Remove(cluster, out ids);
        }

        try
        {
            await _clusters.Of(cluster).Confirm(ids!);
        }
        catch (Exception e)
        {
            _logger.ConfirmFailed(e, cluster);
        }
    }

    private sealed class Waiting(Interruption interruption)
    {
        public Interruption Interruption { get; } = interruption;

        public TaskCompletionSource<long?> Counted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Outbox
    {
        public List<Waiting> Waiting { get; } = [];

        public int Calls { get; set; }
    }
}
