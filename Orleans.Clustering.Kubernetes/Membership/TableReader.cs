using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// Reads the table, and watches that it stays the one this silo joined. Orleans takes no view with a lower version than its own, so a table
/// that was made again, emptied or restored would leave its silos talking to each other for ever, unseen by all that start later; they
/// stop instead. A client has no such view: it takes the table that is there.
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
    /// <param name="status">Learns how large it is.</param>
    /// <param name="stopHost">Stops a silo whose table is another one now; null for whoever can do with any table.</param>
    /// <param name="logger">Is told.</param>
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
        // A read that began earlier may come back later: only what was known before this one began counts against it.
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

    /// <summary>Takes note of a table that a write of this silo answered with.</summary>
    public TableDocument Written(V1ConfigMap map) => Seen(map, null);

    /// <summary>The heartbeats as they are now; none where their ConfigMap is not there.</summary>
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
            // The host is told, and this call fails: whoever reads only one of them knows.
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
