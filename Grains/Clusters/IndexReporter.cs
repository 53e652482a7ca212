using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Brings a cluster's newest durable counts to the index, one call at a time, newest first. A report that fails is repeated by
/// the next one; the index asks every cluster now and then besides, so that no committed count stays unseen.
/// </summary>
internal sealed class IndexReporter
{
    private readonly Func<IClusterIndexGrain> _index;
    private readonly ILogger _logger;
    private long _reported = -1;
    private bool _isReporting;

    public IndexReporter(Func<IClusterIndexGrain> index, ILogger logger)
    {
        _index = index;
        _logger = logger;
    }

    /// <summary>What the store has acknowledged last.</summary>
    public ClusterSnapshot Durable { get; private set; } = new("", 0, []);

    /// <summary>Whether the index has what the store has acknowledged last.</summary>
    public bool IsDone => _reported == Durable.Version || Durable.Version == 0;

    /// <summary>Takes newer durable counts and starts to report them.</summary>
    public void Take(ClusterSnapshot durable)
    {
        Durable = durable;
        ReportSoon();
    }

    /// <summary>Starts a report unless one runs or nothing is new.</summary>
    public void ReportSoon()
    {
        // A record that was never written is no cluster yet.
        if (!_isReporting && !IsDone)
        {
            RunAsync().Ignore();
        }
    }

    /// <summary>Reports now; when it returns, the index knows the cluster durably.</summary>
    public async Task ReportNowAsync()
    {
        var snapshot = Durable;
        await _index().Report(snapshot);
        _reported = Math.Max(_reported, snapshot.Version);
    }

    private async Task RunAsync()
    {
        _isReporting = true;
        try
        {
            while (_reported != Durable.Version)
            {
                await ReportNowAsync();
            }
        }
        catch (Exception e)
        {
            // Whatever the index throws, the count itself is safe; the next report or the index's own round repeats this one.
            _logger.ReportFailed(e, Durable.Key);
        }
        finally
        {
            _isReporting = false;
        }
    }
}
