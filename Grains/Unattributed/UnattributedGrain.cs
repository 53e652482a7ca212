using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Unattributed;

/// <summary>
/// One shard of the list of unattributed interruptions. As a cluster, it changes its state in one step and waits
/// for a write that covers it, which many calls share.
/// </summary>
[GrainType("unattributed")]
internal sealed class UnattributedGrain : Grain, IUnattributedGrain
{
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly DurableState<UnattributedState> _state;
    private readonly UnattributedRules _figures;
    private readonly InstanceWaker _waker;
    private readonly GroupCommit _commit;
    private readonly ActivationClock _clock;
    private readonly Interval _rounds;
    private readonly TimeSpan _retention;
    private readonly IInventoryTrigger[] _inventory;
    private readonly ILogger<UnattributedGrain> _logger;
    private UnattributedSnapshot? _durable;
    private bool _isInRound;

    public UnattributedGrain(
        [FromKeyedServices(StateStore.Name)] IGrainStorage storage,
        IGrainContext context,
        RetentionSettings retention,
        IEnumerable<IInventoryTrigger> inventory,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<UnattributedGrain> logger)
    {
        _state = new DurableState<UnattributedState>("unattributed", context, storage);
        _figures = new UnattributedRules(() => _state.Value, new Fence(time));
        _commit = new GroupCommit(WriteAsync);
        _waker = new InstanceWaker(_figures, () => _state.Value, _commit, () => GrainFactory, retention.AttributionTimeout, time, logger);
        _clock = new ActivationClock(time);
        _rounds = new Interval(time, TimeSpan.FromSeconds(30));
        _retention = retention.Retention;
        _inventory = [.. inventory];
        _logger = logger;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ActivationStart.EndAsync();
        this.RegisterGrainTimer(BeginRound, new GrainTimerCreationOptions(_tick, _tick) { Interleave = true });
    }

    public async Task<long?> Tell(UnattributedReport news, long epoch)
    {
        if (!Enum.IsDefined(news.Stage))
        {
            throw new ArgumentOutOfRangeException(nameof(news), news.Stage, "Only a later version knows this stage.");
        }

        await LoadAsync();
        _state.ThrowIfPoisoned();
        if (_figures.Knows(news))
        {
            await _commit.WhenCoveredAsync();
            return null;
        }

        if (!_figures.Admits(epoch))
        {
            return _durable!.Epoch;
        }

        _figures.Take(news, _clock.Now);
        await _commit.CommitAsync();
        foreach (var trigger in news.Stage == UnattributedStage.waiting ? _inventory : [])
        {
            trigger.InterruptionWaits(InstanceKey.ProjectOf(news.Instance));
        }

        return null;
    }

    public async Task Confirm(string interruptionId, UnattributedStage stage)
    {
        await LoadAsync();
        _figures.Confirm(interruptionId, stage);
    }

    public async Task<UnattributedSnapshot> GetSnapshot(long knownVersion, bool confirm)
    {
        await LoadAsync();
        await Acknowledged.ReachAsync(_state, _commit, () => _durable!.Version, knownVersion, confirm);
        return _durable!;
    }

    private async Task LoadAsync()
    {
        await _state.LoadAsync();
        _durable ??= _figures.Snapshot();
    }

    private async Task WriteAsync()
    {
        _state.Value.Version++;
        var snapshot = _figures.Snapshot();
        await _state.WriteAsync();
        _durable = snapshot;
    }

    /// <summary>A round runs beside the timer: Orleans waits for a timer's call before it ends an activation, and a round waits for instances.</summary>
    private Task BeginRound(CancellationToken cancellationToken)
    {
        if (!_isInRound && _rounds.IsDue)
        {
            RunRoundAsync().Ignore();
        }

        return Task.CompletedTask;
    }

    private async Task RunRoundAsync()
    {
        _isInRound = true;
        _rounds.Start();
        try
        {
            await LoadAsync();
            await _waker.WakeAsync(_clock.Now);
            var oldest = DateTimeOffset.FromUnixTimeSeconds(_clock.Now) - _retention - TimeSpan.FromDays(1);
            var changed = _figures.Forget(DateOnly.FromDateTime(oldest.UtcDateTime));
            await (changed ? _commit.CommitAsync() : Task.CompletedTask);
        }
        catch (Exception e)
        {
            // Whatever the store throws: the next round tries again.
            _logger.RegisterRoundFailed(e, this.GetPrimaryKeyString());
        }
        finally
        {
            _isInRound = false;
        }
    }
}
