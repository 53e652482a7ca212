using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// One cluster. One write of one record puts both the count and the identity of an interruption in force, so a crash at any point counts it once.
/// Calls interleave: each changes what is in memory in one step and then waits for a write that covers it, which many calls share.
/// </summary>
[GrainType("cluster")]
internal sealed class ClusterGrain : Grain, IClusterGrain
{
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly DurableState<ClusterState> _state;
    private readonly SegmentRecords _segments;
    private readonly Unconfirmed _unconfirmed = new();
    private readonly Journal _journal;
    private readonly UnconfirmedAsker _asker;
    private readonly GroupCommit _commit;
    private readonly ClusterTotals _totals;
    private readonly DurableCounts _durable;
    private readonly IndexReporter _reporter;
    private readonly Interval _housekeeping;
    private readonly QuietHours _quiet;
    private readonly StormWatch _storms;
    private readonly ILogger<ClusterGrain> _logger;
    private Task? _load;
    private Task? _entering;
    private Task _looking = Task.CompletedTask;
    private IGrainTimer? _timer;

    public ClusterGrain(
        [FromKeyedServices(StateStore.Name)] IGrainStorage storage,
        IGrainContext context,
        RetentionSettings settings,
        StormSettings storms,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<ClusterGrain> logger)
    {
        var key = context.GrainId.Key.ToString()!;
        _state = new DurableState<ClusterState>("cluster", context, storage);
        _segments = new SegmentRecords(() => _state.Value, name => new DurableState<SegmentState>($"segment-{name}", context, storage));
        _journal = new Journal(() => _state.Value, _segments, new Fence(time), _unconfirmed);
        _commit = new GroupCommit(WriteAsync);
        var clock = new ActivationClock(time);
        _totals = new ClusterTotals(() => _state.Value, key, clock);
        _durable = new DurableCounts(key, _totals);
        _asker = new UnconfirmedAsker(_unconfirmed, _totals.InstanceOf, _journal.Confirm, () => GrainFactory, clock, logger);
        _reporter = new IndexReporter(() => GrainFactory.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key), _durable, logger);
        _housekeeping = new Interval(time, TimeSpan.FromSeconds(30));
        _quiet = new QuietHours(() => _state.Value, settings.ClusterRetention, time);
        _storms = new StormWatch(
            () => _state.Value,
            _totals.Durable,
            () => GrainFactory.GetGrain<INodesGrain>(ClusterKey.Parse(key).Project).GetClusterNodes(key),
            storms,
            time,
            logger,
            key);
        _logger = logger;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public async Task Register(IReadOnlyList<CapacityPool> pools)
    {
        await LoadAsync();
        _state.ThrowIfPoisoned();

        // Also where another call has ended the quiet or made the rows: what is reported is what the store has acknowledged.
        await (_totals.Enter(pools) | _quiet.End() ? _commit.CommitAsync() : _commit.WhenCoveredAsync());
        if (!_state.Value.Indexed)
        {
            await (_entering is { IsCompleted: false } ? _entering : _entering = EnterAsync());
        }
    }

    public async Task<EffectsAnswer> Add(ClusterEffects effects)
    {
        await LoadAsync();
        if (!_state.Value.Indexed)
        {
            await Register([]);
        }

        _state.ThrowIfPoisoned();
        var refused = new List<string>();
        var (isKnown, isNew) = (false, false);
        foreach (var interruption in effects.Interruptions)
        {
            var digest = IdDigest.Of(interruption.Id);
            if (_journal.Contains(digest))
            {
                isKnown = true;
            }
            else if (Fence.Admits(_state.Value.Epoch, interruption.Epoch))
            {
                isNew = true;
                _journal.Add(_totals.ToEntry(digest, interruption));
            }
            else
            {
                refused.Add(interruption.Id);
            }
        }

        if (isNew)
        {
            _quiet.End();
        }

        await (isNew ? _commit.CommitAsync() : isKnown ? _commit.WhenCoveredAsync() : Task.CompletedTask);

        // Only an epoch that the store has acknowledged: one that never gets there would let its user's calls pass for too long.
        return new EffectsAnswer(refused, _durable.Epoch);
    }

    public async Task Confirm(IReadOnlyList<string> ids)
    {
        await LoadAsync();
        foreach (var id in ids)
        {
            _journal.Confirm(id);
        }
    }

    public async Task<ClusterSnapshot> GetSnapshot(long knownVersion, bool confirm)
    {
        await LoadAsync();
        if (_state.Exists && _quiet.Pass())
        {
            await _commit.CommitAsync();
        }

        // Without a record there is no cluster, and this call makes none. Read once: the first write may end in between.
        var exists = _state.Exists;
        await Acknowledged.ReachAsync(_state, _commit, () => _durable.Version, exists ? knownVersion : 0, confirm || !exists);
        return _durable.Snapshot();
    }

    private Task LoadAsync()
    {
        _state.ThrowIfPoisoned();
        if (_load is null || _load.IsFaulted || _load.IsCanceled)
        {
            _load = ReadAsync();
        }

        return _load;
    }

    private async Task EnterAsync()
    {
        if (!_state.Exists)
        {
            await _commit.CommitAsync();
        }

        await _reporter.ReportNowAsync();
        _state.Value.Indexed = true;
        await _commit.CommitAsync();
    }

    private async Task ReadAsync()
    {
        await _state.LoadAsync();
        var lost = await _journal.LoadAsync();
        _totals.Read();
        if (lost > 0)
        {
            // Only a write that is acknowledged shows that another activation has not removed them since.
            await WriteRecordAsync();
            _logger.SegmentsLost(this.GetPrimaryKeyString(), lost);
        }

        _durable.Take(_state.Value.Version, _state.Value.Epoch, _state.Value.Retired, Storms(_state.Value));
        _asker.Await(_unconfirmed.All.ToList());
        _reporter.ReportSoon();
        StartHousekeeping();
    }

    private async Task WriteAsync()
    {
        _state.ThrowIfPoisoned();
        try
        {
            StartHousekeeping();
            var write = await _journal.PrepareAsync(announce: WriteRecordAsync);
            _journal.Enter(write);
            _totals.Take(write.New);
            await WriteRecordAsync(write.New);
            _asker.Await(write.New);
        }
        catch (Exception e)
        {
            await _segments.RemoveWrittenAsync(e);
            throw _state.Poison("written", e.InnerException ?? e);
        }
    }

    private Task WriteRecordAsync() => WriteRecordAsync([]);

    private async Task WriteRecordAsync(IReadOnlyList<Entry> counted)
    {
        var state = _state.Value;
        state.Version++;
        var (version, epoch, isRetired, storms, first, rows) = (state.Version, state.Epoch, state.Retired, Storms(state), state.First, _totals.Count);
        await _state.WriteAsync();
        _segments.Acknowledge(first);
        _totals.Acknowledge(counted, rows);
        _durable.Take(version, epoch, isRetired, storms);
        _reporter.ReportSoon();
    }

    private static List<Storm> Storms(ClusterState state) => [.. state.Storms.Select(row => row.ToStorm())];

    /// <summary>A cluster that has nothing to do has no timer; the index asks it once a minute all the same.</summary>
    private void StartHousekeeping()
    {
        if (_timer is null)
        {
            _housekeeping.Start();
            _timer = this.RegisterGrainTimer(OnTimerAsync, new GrainTimerCreationOptions(_tick, _tick) { Interleave = true });
        }
    }

    private async Task OnTimerAsync(CancellationToken cancellationToken)
    {
        if (_load is not { IsCompletedSuccessfully: true })
        {
            return;
        }

        _asker.Ask();
        _looking = _looking.IsCompleted ? LookForStormsAsync() : _looking;
        if (_housekeeping.IsDue)
        {
            _housekeeping.Start();
            await TidyAsync();
            if (_journal.IsDone && _reporter.IsDone && !_storms.IsBusy)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private async Task LookForStormsAsync()
    {
        try
        {
            await _storms.LookAsync(_commit.CommitAsync);
        }
        catch (Exception e)
        {
            // Whatever the store throws: the next activation looks again.
            _storms.LogFailure(e);
        }
    }

    private async Task TidyAsync()
    {
        try
        {
            await (_journal.IsRiseDue ? _commit.CommitAsync() : Task.CompletedTask);
            await _segments.RemoveRestAsync();
            _reporter.ReportSoon();
        }
        catch (Exception e)
        {
            // Whatever the store throws: counts are not touched by tidying, and the timer tries again.
            _logger.TidyFailed(e, this.GetPrimaryKeyString());
        }
    }
}
