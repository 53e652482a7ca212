using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Attribution;

/// <summary>
/// Wakes the instances of interruptions that wait: when their time is over, and every few minutes besides, in case what should have
/// attributed them was cut off in the middle; likewise those that have not confirmed a settlement. A few at a time, each in turn.
/// </summary>
internal sealed class InstanceWaker
{
    private const int MostInARound = 256;
    private const int Parallelism = 16;
    private static readonly TimeSpan _again = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _tooLong = TimeSpan.FromMinutes(2);

    private readonly ParkedFigures _figures;
    private readonly Func<ParkedState> _state;
    private readonly Func<IGrainFactory> _grains;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, long> _woken = [];

    public InstanceWaker(
        ParkedFigures figures, Func<ParkedState> state, Func<IGrainFactory> grains, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        _figures = figures;
        _state = state;
        _grains = grains;
        _timeout = timeout;
        _time = time;
        _logger = logger;
    }

    /// <summary>One round.</summary>
    /// <param name="now">Unix seconds.</param>
    /// <returns>Whether the state changed.</returns>
    public async Task<bool> WakeAsync(long now)
    {
        var parked = _state().Parked;
        foreach (var id in _woken.Keys.Where(id => !parked.ContainsKey(id)).ToList())
        {
            _woken.Remove(id);
        }

        var due = parked
            .Where(p => p.Value.At.ToUnixTimeSeconds() + (long)_timeout.TotalSeconds <= now || IsAsleepForLong(p.Key))
            .Select(p => KeyValuePair.Create(p.Key, p.Value.Instance))
            .Concat(_figures.UnconfirmedSince(now - (long)_tooLong.TotalSeconds))
            .DistinctBy(p => p.Key)
            .Take(MostInARound)
            .ToList();
        var changed = false;
        foreach (var some in due.Chunk(Parallelism))
        {
            var left = await Task.WhenAll(some.Select(p => WakeAsync(p.Key, p.Value)));
            changed |= left.Contains(true);
        }

        return changed;
    }

    private bool IsAsleepForLong(string id)
    {
        if (_woken.TryAdd(id, _time.GetTimestamp()))
        {
            // Seen for the first time: a new one needs no help yet, one from before this activation may have been left in the middle.
            return false;
        }

        return _time.GetElapsedTime(_woken[id]) >= _again;
    }

    private async Task<bool> WakeAsync(string id, string instance)
    {
        try
        {
            _woken[id] = _time.GetTimestamp();
            var step = _figures.LastStepOf(id);
            var waits = await _grains().GetGrain<IInstanceGrain>(instance).Wake(id);
            if (step is not null)
            {
                // Of what came while it was away the answer may not know.
                _figures.Confirm(id, step);
            }

            return !waits && _figures.Leave(id);
        }
        catch (Exception e)
        {
            // One instance that cannot answer, for whatever reason, must not keep the others asleep.
            _logger.WakeFailed(e, instance);
            return false;
        }
    }
}
