using System.Diagnostics.CodeAnalysis;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// One cluster. Count and identity of an interruption are one record and one write, so whatever dies in between, it counts once.
/// Calls interleave: each changes the state in one step and then waits for a write that covers it, which many calls share.
/// </summary>
[GrainType("cluster")]
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not used holds nothing to dispose, and calls may still wait on it while the activation ends.")]
internal sealed class ClusterGrain : Grain, IClusterGrain
{
    private const int MaxConcurrentAdds = 256;
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly DurableState<ClusterState> _state;
    private readonly CountedIds _ids;
    private readonly UnconfirmedAsker _asker;
    private readonly GroupCommit _commit;
    private readonly IndexReporter _reporter;
    private readonly SemaphoreSlim _adds = new(MaxConcurrentAdds);
    private readonly ClusterTotals _totals;
    private readonly ActivationClock _clock;
    private readonly Pace _housekeeping;
    private readonly QuietHours _quiet;
    private readonly ILogger<ClusterGrain> _logger;
    private Task? _load;
    private Task? _entering;
    private IGrainTimer? _timer;
    private bool _isTidying;

    public ClusterGrain(
        [FromKeyedServices(StateStore.Name)] IGrainStorage storage,
        IGrainContext context,
        AttributionSettings settings,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<ClusterGrain> logger)
    {
        _state = new DurableState<ClusterState>("cluster", context, storage);
        _ids = new CountedIds(
            () => _state.Value, name => new DurableState<CountedIdsState>($"counted-{name}", context, storage), new Fence(time));
        _commit = new GroupCommit(WriteAsync);
        _asker = new UnconfirmedAsker(_ids, _commit, () => GrainFactory, logger);
        _reporter = new IndexReporter(() => GrainFactory.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key), logger);
        _clock = new ActivationClock(time);
        _housekeeping = new Pace(time, TimeSpan.FromSeconds(30));
        _totals = new ClusterTotals(() => _state.Value);
        _quiet = new QuietHours(() => _state.Value, settings.ClusterRetention, time);
        _logger = logger;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public async Task Register()
    {
        await LoadAsync();

        // Also where another call has ended the quiet: what is reported is what the store has acknowledged.
        await (_quiet.End() ? _commit.CommitAsync() : _commit.WhenCoveredAsync());
        if (!_state.Value.Indexed)
        {
            await (_entering is { IsCompleted: false } ? _entering : _entering = EnterAsync());
        }
    }

    public async Task<long?> Add(Interruption interruption, long epoch)
    {
        await _adds.WaitAsync();
        try
        {
            await LoadAsync();
            if (!_state.Value.Indexed)
            {
                await Register();
            }

            _state.ThrowIfPoisoned();
            if (_ids.Contains(interruption.Id))
            {
                await _commit.WhenCoveredAsync();
                return null;
            }

            if (!Fence.Admits(_state.Value.Epoch, epoch))
            {
                // The one that the store has acknowledged: another that is not to be would let its user's call pass too long.
                return _reporter.Durable.Epoch;
            }

            _quiet.End();
            _ids.Add(interruption.Id, interruption.Instance, _clock.Now);
            _totals.CountOne(interruption.Labels);
            await _commit.CommitAsync();
            return null;
        }
        finally
        {
            _adds.Release();
        }
    }

    public async Task Confirm(string interruptionId)
    {
        await LoadAsync();
        _ids.Confirm(interruptionId);
        if (_ids.NeedsSealing)
        {
            await TidyAsync(CancellationToken.None);
        }
    }

    public async Task<ClusterSnapshot> GetSnapshot(long knownVersion, bool confirm)
    {
        await LoadAsync();
        if (_state.Exists && _quiet.Pass())
        {
            await _commit.CommitAsync();
        }

        // Without a record there is no cluster, and the question makes none.
        var known = _state.Exists ? knownVersion : 0;
        await Acknowledged.ReachAsync(_state, _commit, () => _reporter.Durable.Version, known, confirm || !_state.Exists);
        return _reporter.Durable;
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
        var lost = await _ids.LoadAsync();
        _totals.Read();
        if (lost.Count > 0)
        {
            _logger.SealedIdsLost(this.GetPrimaryKeyString(), lost.Count);
            await WriteAsync();
            return;
        }

        _reporter.Take(Snapshot());
        StartHousekeeping();
    }

    private async Task WriteAsync()
    {
        StartHousekeeping();
        _state.Value.Version++;
        var snapshot = Snapshot();
        await _state.WriteAsync();
        _reporter.Take(snapshot);
    }

    private ClusterSnapshot Snapshot() => new(
        this.GetPrimaryKeyString(),
        _state.Value.Version,
        _state.Value.Totals.ConvertAll(r => new PoolTotal(r.Labels(), r.Count)),
        _state.Value.Epoch,
        _state.Value.Retired);

    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        if (_isTidying || _load is not { IsCompletedSuccessfully: true })
        {
            return;
        }

        _isTidying = true;
        try
        {
            var changed = await _ids.ForgetAsync();
            while (_ids.NeedsSealing)
            {
                await _ids.SealAsync();
                changed = true;
            }

            await (changed ? _commit.CommitAsync() : _commit.WhenCoveredAsync());
            await _ids.ClearDroppedAsync();
            _reporter.ReportSoon();
        }
        catch (Exception e)
        {
            // Whatever the store throws: counts are not touched by tidying, and the timer tries again.
            _logger.TidyFailed(e, this.GetPrimaryKeyString());
        }
        finally
        {
            _isTidying = false;
        }
    }

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
        if (!_housekeeping.IsDue)
        {
            return;
        }

        _housekeeping.Start();
        await TidyAsync(cancellationToken);
        if (_load is { IsCompletedSuccessfully: true })
        {
            await _asker.AskAsync(_clock.Now, cancellationToken);
            if (_ids.IsDone && _reporter.IsDone)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }
}
