using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// Reads the table, and checks that it is still the one this silo joined. Orleans ignores a table with a lower version than its own. After
/// a table was created again, emptied or restored, the old silos would stay a cluster of their own that new silos never see. They stop
/// instead. A client accepts any table.
/// </summary>
internal sealed class TableReader
{
    private readonly ConfigMapApi _api;
    private readonly KubernetesMembershipStatus _status;
    private readonly Action? _stopHost;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Known? _known;
    private bool _isReplaced;
    private bool _isGrown;
    private bool _heartbeatsMissing;

    /// <param name="api">The way to the table.</param>
    /// <param name="status">Gets the size of the table.</param>
    /// <param name="stopHost">Stops a silo whose table was replaced; null for a client, which accepts any table.</param>
    /// <param name="logger">Gets what was found.</param>
    public TableReader(ConfigMapApi api, KubernetesMembershipStatus status, Action? stopHost, ILogger logger)
    {
        _api = api;
        _status = status;
        _stopHost = stopHost;
        _logger = logger;
    }

    /// <summary>The table as it is now.</summary>
    /// <exception cref="KubernetesMembershipException">It cannot be read, is not there, or is not the one read before.</exception>
    public async Task<TableDocument> ReadAsync(CancellationToken cancel)
    {
        // A read that started earlier may return later, so this read is compared only with what was known when it started.
        var before = Current;
        try
        {
            return Seen(await _api.GetAsync(_api.Identity.Name, cancel), before);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing && before is not null)
        {
            throw new KubernetesMembershipException(
                MembershipFailure.Missing,
                $"The membership table {Place} was deleted while this silo runs. It is not made again by a running silo: restore it, or restart all silos.",
                e);
        }
    }

    /// <summary>Records a table that a write of this silo returned.</summary>
    public TableDocument Written(V1ConfigMap map) => Seen(map, null);

    /// <summary>The heartbeats as they are now; none if their ConfigMap does not exist.</summary>
    public async Task<Heartbeats> ReadHeartbeatsAsync(CancellationToken cancel)
    {
        try
        {
            var map = await _api.GetAsync(_api.Identity.AliveName, cancel);
            _heartbeatsMissing = false;
            return new Heartbeats(map);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing)
        {
            if (!_heartbeatsMissing)
            {
                _heartbeatsMissing = true;
                _logger.HeartbeatsMissing(_api.Identity.AliveName);
            }

            return new Heartbeats(null);
        }
    }

    private string Place => $"{_api.Identity.Namespace}/{_api.Identity.Name}";

    private Known? Current
    {
        get
        {
            lock (_lock)
            {
                return _known;
            }
        }
    }

    private TableDocument Seen(V1ConfigMap map, Known? before)
    {
        var table = TableDocument.Read(map, _api.Identity);
        if (before is not null && _stopHost is not null && !before.Continues(table))
        {
            throw Replaced(before, table, _stopHost);
        }

        lock (_lock)
        {
            if (_known is null || table.Version > _known.Version)
            {
                _known = new Known(table.Uid, table.Table, table.Version);
            }
        }

        Report(table);
        return table;
    }

    private KubernetesMembershipException Replaced(Known before, TableDocument table, Action stopHost)
    {
        var how = table.Uid != before.Uid
            ? "was deleted and made again"
            : table.Version >= before.Version
            ? "was emptied and filled anew"
            : $"went back from version {before.Version} to {table.Version}";
        var failure = new KubernetesMembershipException(MembershipFailure.Replaced, $"The membership table {Place} {how} while this silo runs.");
        var isFirst = false;
        lock (_lock)
        {
            isFirst = !_isReplaced;
            _isReplaced = true;
        }

        if (isFirst)
        {
            // The log says it as well as this call's failure, so that an operator finds it in either.
            _logger.TableReplaced(failure.Message);
            stopHost();
        }

        return failure;
    }

    private void Report(TableDocument table)
    {
        var bytes = table.Bytes;
        _status.Read(table.RowCount, bytes);
        var isGrown = bytes >= SizeGuard.WarnBytes;
        if (isGrown && !_isGrown)
        {
            _logger.TableGrows(_api.Identity.Name, bytes, table.RowCount);
        }

        _isGrown = isGrown;
    }

    private sealed record Known(string Uid, string Table, int Version)
    {
        public bool Continues(TableDocument table) =>
            table.Uid == Uid && table.Version >= Version && (Table.Length == 0 || table.Table == Table);
    }
}
