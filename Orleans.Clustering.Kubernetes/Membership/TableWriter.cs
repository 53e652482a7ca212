using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// The only writer of rows. A commit writes the whole object at once, and the API server accepts it only if there was no other write. Row
/// and version change together or not at all.
/// </summary>
internal sealed class TableWriter
{
    private const int MaxAttempts = 6;

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);

    private readonly ConfigMapApi _api;
    private readonly TableReader _reader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile TableDocument? _cached;

    public TableWriter(ConfigMapApi api, TableReader reader, TimeProvider time, ILogger logger)
    {
        _api = api;
        _reader = reader;
        _time = time;
        _logger = logger;
    }

    /// <summary>Remembers a read table, so that a commit based on it needs one call.</summary>
    public void Remember(TableDocument table) => _cached = table;

    /// <summary>
    /// Writes one row and the next version if the table still has the version that the caller read and the row is as expected.
    /// </summary>
    /// <param name="entry">The row.</param>
    /// <param name="next">The next version, with the etag of the version before it.</param>
    /// <param name="operation">The operation, stored for people who inspect the object.</param>
    /// <param name="isExpected">Whether the current row, if any, may be overwritten.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <returns>False, with nothing changed, if another commit came first or the row is not as expected.</returns>
    /// <exception cref="KubernetesMembershipException">It is not known whether the row was written.</exception>
    public async Task<bool> CommitAsync(
        MembershipEntry entry, TableVersion next, string operation, Func<TableDocument, SiloRow?, bool> isExpected, CancellationToken cancel)
    {
        var key = RowKey.Of(entry.SiloAddress);
        var write = new LastWrite(Guid.NewGuid().ToString("N"), entry.SiloName ?? entry.SiloAddress.ToParsableString(), _time.GetUtcNow().UtcDateTime, operation);
        var isSent = false;
        for (var attempt = 1; ; attempt++)
        {
            var table = attempt == 1 && _cached is { } cached && cached.Etag == next.VersionEtag ? cached : await _reader.ReadAsync(cancel);
            if (isSent && table.LastWriteId == write.Id)
            {
                // An earlier attempt took effect and its answer was lost.
                _cached = table;
                return true;
            }

            if (table.Etag != next.VersionEtag || next.Version != table.Version + 1 || !isExpected(table, table.Row(key)))
            {
                return false;
            }

            try
            {
                var map = Fitting(table.With(Changes(table, key, SiloRow.Of(entry, next.Version, table.Row(key)), write)));
                _cached = _reader.Written(await _api.ReplaceAsync(map, dryRun: false, cancel));
                return true;
            }
            catch (KubernetesMembershipException e) when (e.IsTransient && attempt < MaxAttempts)
            {
                _cached = null;
                isSent |= e.Failure is MembershipFailure.Unavailable;
                await Task.Delay(PauseAfter(e, attempt), _time, cancel);
            }
            catch
            {
                _cached = null;
                throw;
            }
        }
    }

    private static TimeSpan PauseAfter(KubernetesMembershipException failure, int attempt) => failure switch
    {
        { RetryAfter: { } wait } => wait,
        { Failure: MembershipFailure.Conflict } => TimeSpan.FromMilliseconds(Random.Shared.Next(10, 50)),
        _ => _firstPause * (1 << (attempt - 1)),
    };

    private Dictionary<string, string?> Changes(TableDocument table, string key, SiloRow row, LastWrite write)
    {
        var changes = TableDocument.Header(_api.Identity, table.Table, row.RowVersion);
        changes["lastWrite"] = JsonSerializer.Serialize(write, RowJson.Default.LastWrite);
        changes[key] = JsonSerializer.Serialize(row, RowJson.Default.SiloRow);
        return changes;
    }

    private V1ConfigMap Fitting(V1ConfigMap map)
    {
        var fitting = SizeGuard.Fit(map, _api.Identity, out var dropped);
        if (dropped > 0)
        {
            _logger.DeadRowsDropped(dropped, _api.Identity.Name);
        }

        return fitting;
    }
}
