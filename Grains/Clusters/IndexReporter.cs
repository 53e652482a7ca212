using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Brings a cluster's newest durable counts to the index, one call at a time, newest first. A report that fails is repeated by
/// the next one; the index also asks every cluster once a minute, so that no committed count stays unseen.
/// </summary>
internal sealed class IndexReporter
{
    private readonly Func<IClusterIndexGrain> _index;
    private readonly DurableCounts _durable;
    private readonly ILogger _logger;
    private long _reported = -1;
    private bool _isReporting;

    public IndexReporter(Func<IClusterIndexGrain> index, DurableCounts durable, ILogger logger)
    {
        _index = index;
        _durable = durable;
        _logger = logger;
    }

    /// <summary>Whether the index has what the store has acknowledged last. A record that was never written is no cluster yet.</summary>
    public bool IsDone => _reported == _durable.Version || _durable.Version == 0;

    /// <summary>Starts a report unless one runs or nothing is new.</summary>
    public void ReportSoon()
    {
        if (!_isReporting && !IsDone)
        {
            RunAsync().Ignore();
        }
    }

    /// <summary>Reports now; when it returns, the index knows the cluster durably.</summary>
    public async Task ReportNowAsync()
    {
        var snapshot = _durable.Snapshot();
        await _index().Report(snapshot);
        _reported = Math.Max(_reported, snapshot.Version);
    }

    private async Task RunAsync()
    {
        _isReporting = true;
        try
        {
            while (!IsDone)
            {
                await ReportNowAsync();
            }
        }
        catch (Exception e)
        {
            // Whatever the index throws, the count itself is safe; the next report or the index's own round repeats this one.
            _logger.ReportFailed(e, _durable.Snapshot().Key);
        }
        finally
        {
            _isReporting = false;
        }
    }
}
