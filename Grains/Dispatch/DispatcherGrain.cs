using Orleans.GrainDirectory;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Dispatch;

/// <summary>Takes a shard's events to their instances, which live on its silo. It keeps nothing between calls.</summary>
[GrainType(ShardDirectory.Dispatchers)]
[ShardPlacement]
[GrainDirectory(ShardDirectory.Name)]
internal sealed class DispatcherGrain : Grain, IDispatcherGrain
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly GrainReferences<IInstanceGrain> _instances;
    private readonly ILogger<DispatcherGrain> _logger;

    public DispatcherGrain(IGrainFactory grains, ILogger<DispatcherGrain> logger)
    {
        _instances = new GrainReferences<IInstanceGrain>(grains);
        _logger = logger;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public async Task<IReadOnlyList<Outcome>> Dispatch(IReadOnlyList<InstanceEvent> events)
    {
        var outcomes = new Outcome[events.Count];
        var all = HandleAllAsync(events, outcomes);
        try
        {
            await all.WaitAsync(_patience);
            return outcomes;
        }
        catch (TimeoutException)
        {
            // Those that go on may still set theirs: the answer is what is known now.
            all.Ignore();
            return [.. outcomes];
        }
    }

    /// <summary>One call for each instance, all at once.</summary>
    private Task HandleAllAsync(IReadOnlyList<InstanceEvent> events, Outcome[] outcomes)
    {
        // The events of one instance are a chain: each has the number of the next one, the last has 0.
        var next = new int[events.Count];
        var last = new Dictionary<string, int>(events.Count);
        var firsts = new List<int>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            if (last.TryGetValue(events[i].Instance, out var before))
            {
                next[before] = i;
            }
            else
            {
                firsts.Add(i);
            }

            last[events[i].Instance] = i;
        }

        return Task.WhenAll(firsts.ConvertAll(first => HandleAsync(first, next, events, outcomes)));
    }

    private async Task HandleAsync(int first, int[] next, IReadOnlyList<InstanceEvent> events, Outcome[] outcomes)
    {
        try
        {
            var own = Chain(first, next, events);
            var found = await _instances.Of(events[first].Instance).Handle(own);
            if (found.Count != own.Length)
            {
                throw new InvalidOperationException($"{found.Count} outcomes came for {own.Length} events.");
            }

            var at = first;
            foreach (var outcome in found)
            {
                outcomes[at] = outcome;
                at = next[at];
            }
        }
        catch (Exception e)
        {
            // Any error concerns this instance alone: its messages go to it directly.
            _logger.DispatchFailed(e, events[first].Instance);
        }
    }

    private static InstanceEvent[] Chain(int first, int[] next, IReadOnlyList<InstanceEvent> events)
    {
        if (next[first] == 0)
        {
            return [events[first]];
        }

        var own = new List<InstanceEvent>();
        for (var at = first; own.Count == 0 || at != 0; at = next[at])
        {
            own.Add(events[at]);
        }

        return [.. own];
    }
}
