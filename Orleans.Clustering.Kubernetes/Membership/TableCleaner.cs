using Microsoft.Extensions.Logging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// Removes rows of long dead silos, and heartbeats without a row. The table's version stays, so that other silos' reads stay valid. A
/// concurrent commit is not lost, because the write succeeds only if the object did not change since it was read.
/// </summary>
internal sealed class TableCleaner
{
    private const int MaxAttempts = 5;

    // A heartbeat may come before its row is seen, so only an old heartbeat is an orphan.
    private static readonly TimeSpan _orphanAge = TimeSpan.FromHours(24);

    private readonly ConfigMapApi _api;
    private readonly TableReader _reader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public TableCleaner(ConfigMapApi api, TableReader reader, TimeProvider time, ILogger logger)
    {
        _api = api;
        _reader = reader;
        _time = time;
        _logger = logger;
    }

    /// <summary>Removes the dead rows whose last sign of life, start or vote is before a time.</summary>
    /// <param name="before">The time, UTC.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task CleanAsync(DateTime before, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var table = await _reader.ReadAsync(cancel);
            var heartbeats = await _reader.ReadHeartbeatsAsync(cancel);
            var rows = table.Rows().ToArray();
            var gone = rows.Where(row => row.Value.Status is SiloStatus.Dead && row.Value.LastHeard(heartbeats.OfRow(row.Key)) < before)
                .Select(row => row.Key)
                .ToHashSet();
            try
            {
                if (gone.Count > 0)
                {
                    await _api.ReplaceAsync(table.With(gone.ToDictionary(key => key, _ => (string?)null)), dryRun: false, cancel);
                }
            }
            catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Conflict)
            {
                continue;
            }

            await CleanHeartbeatsAsync(heartbeats, rows.Select(row => row.Key).Where(key => !gone.Contains(key)), gone, cancel);
            return;
        }

        _logger.CleanupGaveWay(_api.Identity.Name);
    }

    private async Task CleanHeartbeatsAsync(Heartbeats heartbeats, IEnumerable<string> stay, IReadOnlySet<string> gone, CancellationToken cancel)
    {
        var known = stay.Concat(gone).Select(key => key[RowKey.Prefix.Length..]).ToHashSet();
        var orphans = heartbeats.Orphans(known, _time.GetUtcNow().UtcDateTime - _orphanAge);
        var leave = gone.Select(key => key[RowKey.Prefix.Length..]).Concat(orphans).ToDictionary(key => key, _ => (string?)null);
        if (leave.Count == 0)
        {
            return;
        }

        try
        {
            await _api.MergeAsync(_api.Identity.AliveName, leave, cancel);
        }
        catch (KubernetesMembershipException e)
        {
            // A heartbeat without a row is never read. The next cleaning finds it again.
            _logger.HeartbeatsNotCleaned(_api.Identity.AliveName, e.Message);
        }
    }
}
