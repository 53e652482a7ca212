using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Unattributed;

/// <summary>
/// Wakes the instances of interruptions that wait: when their time is over, and every few minutes, in case the attribution was cut off in
/// the middle. It also wakes instances that have not confirmed their news. A few at a time, each in turn.
/// </summary>
internal sealed class InstanceWaker
{
    private const int MostInARound = 256;
    private const int Parallelism = 16;
    private static readonly TimeSpan _again = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _tooLong = TimeSpan.FromMinutes(2);

    private readonly UnattributedRules _figures;
    private readonly Func<UnattributedState> _state;
    private readonly GroupCommit _commit;
    private readonly Func<IGrainFactory> _grains;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, long> _woken = [];

    public InstanceWaker(
        UnattributedRules figures,
        Func<UnattributedState> state,
        GroupCommit commit,
        Func<IGrainFactory> grains,
        TimeSpan timeout,
        TimeProvider time,
        ILogger logger)
    {
        _figures = figures;
        _state = state;
        _commit = commit;
        _grains = grains;
        _timeout = timeout;
        _time = time;
        _logger = logger;
    }

    /// <summary>One round.</summary>
    /// <param name="now">Unix seconds.</param>
    public async Task WakeAsync(long now)
    {
        var all = _state().Interruptions;
        foreach (var id in _woken.Keys.Where(id => !all.ContainsKey(id)).ToList())
        {
            _woken.Remove(id);
        }

        // Those that were woken longest ago first: none that cannot answer takes the turn of another.
        var due = all
            .Where(i => IsDue(i.Key, i.Value, now))
            .OrderBy(i => _woken.GetValueOrDefault(i.Key))
            .Take(MostInARound)
            .Select(i => (i.Key, i.Value.Instance, i.Value.Stage, i.Value.ArrivedAt))
            .ToList();

        // An instance takes the call for the news that the unattributed list has the interruption, so that must be durable.
        await _commit.WhenCoveredAsync();
        foreach (var some in due.Chunk(Parallelism))
        {
            await Task.WhenAll(some.Select(i => WakeAsync(i.Key, i.Instance, i.Stage, i.ArrivedAt)));
        }
    }

    private bool IsDue(string id, UnattributedEntry entry, long now) => entry.Stage == UnattributedStage.waiting
        ? entry.ArrivedAt.ToUnixTimeSeconds() + (long)_timeout.TotalSeconds <= now || IsAsleepForLong(id)
        : entry.ConfirmedIn is null && entry.ReachedAt < now - (long)_tooLong.TotalSeconds;

    private bool IsAsleepForLong(string id)
    {
        if (_woken.TryAdd(id, _time.GetTimestamp()))
        {
            // Seen for the first time: a new one needs no help yet; one from before this activation is woken after the same time.
            return false;
        }

        return _time.GetElapsedTime(_woken[id]) >= _again;
    }

    private async Task WakeAsync(string id, string instance, UnattributedStage stage, DateTimeOffset arrivedAt)
    {
        try
        {
            _woken[id] = _time.GetTimestamp();
            _figures.Confirm(id, await _grains().GetGrain<IInstanceGrain>(instance).Wake(id, stage, arrivedAt));
        }
        catch (Exception e)
        {
            // One instance that cannot answer, for whatever reason, must not keep the others asleep.
            _logger.WakeFailed(e, instance);
        }
    }
}
