using Microsoft.Extensions.Logging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// Orleans' membership table in two ConfigMaps. One holds rows and version and is changed by compare-and-swap only. The other holds the
/// heartbeats: each is one blind write that changes nothing else.
/// </summary>
internal sealed class KubernetesMembershipTable : IMembershipTable
{
    private const int HeartbeatAttempts = 3;

    private static readonly TimeSpan _heartbeatPause = TimeSpan.FromMilliseconds(200);

    private readonly ConfigMapApi _api;
    private readonly TableReader _reader;
    private readonly TableWriter _writer;
    private readonly TableCleaner _cleaner;
    private readonly TableStart _start;
    private readonly KubernetesMembershipStatus _status;
    private readonly KubernetesClusteringOptions _options;
    private readonly TimeProvider _time;

    public KubernetesMembershipTable(
        ConfigMapApi api,
        TableReader reader,
        KubernetesMembershipStatus status,
        KubernetesClusteringOptions options,
        TimeProvider time,
        ILogger logger)
    {
        _api = api;
        _reader = reader;
        _status = status;
        _options = options;
        _time = time;
        _writer = new TableWriter(api, reader, time, logger);
        _cleaner = new TableCleaner(api, reader, time, logger);
        _start = new TableStart(api, reader, options.InitTimeout, time, logger);
    }

    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default) =>
        tryInitTableVersion ? ObserveAsync(() => _start.RunAsync(cancellationToken)) : Task.CompletedTask;

    public Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default) => TableAsync(
        async cancel =>
        {
            var table = await _reader.ReadAsync(cancel);
            var heartbeats = await _reader.ReadHeartbeatsAsync(cancel);
            _writer.Remember(table);
            return new MembershipTableData([.. table.Rows().Select(row => Entry(table, row.Key, row.Value, heartbeats))], VersionOf(table));
        },
        cancellationToken);

    public Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default) => TableAsync(
        async cancel =>
        {
            var table = await _reader.ReadAsync(cancel);
            var rowKey = RowKey.Of(key);
            if (table.Row(rowKey) is not { } row)
            {
                return new MembershipTableData(VersionOf(table));
            }

            var heartbeats = await _reader.ReadHeartbeatsAsync(cancel);
            _writer.Remember(table);
            return new MembershipTableData(Entry(table, rowKey, row, heartbeats), VersionOf(table));
        },
        cancellationToken);

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default) => TableAsync(
        cancel => _writer.CommitAsync(entry, tableVersion, "insert", (_, row) => row is null, cancel), cancellationToken);

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default) => TableAsync(
        cancel => _writer.CommitAsync(
            entry, tableVersion, "update", (table, row) => row is not null && table.EtagOf(row.RowVersion) == etag, cancel),
        cancellationToken);

    public async Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default)
    {
        try
        {
            await WithinAsync(
                cancel => BeatAsync(RowKey.Bare(entry.SiloAddress), UtcTime.Format(entry.IAmAliveTime), cancel), cancellationToken);
            _status.HeartbeatWorked();
        }
        catch (KubernetesMembershipException e)
        {
            _status.HeartbeatFailed(e);
            throw;
        }
    }

    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default) => ObserveAsync(
        () => WithinAsync(cancel => _cleaner.CleanAsync(beforeDate.UtcDateTime, cancel), cancellationToken));

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        if (clusterId != _api.Identity.ClusterId)
        {
            throw new ArgumentException($"This is the table of cluster '{_api.Identity.ClusterId}', not of '{clusterId}'.", nameof(clusterId));
        }

        return ObserveAsync(() => WithinAsync(DeleteTableAsync, cancellationToken));
    }

    // The interface still has these older forms without cancellation.
    [Obsolete("Use InitializeMembershipTableAsync.")]
    public Task InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion, CancellationToken.None);

    [Obsolete("Use DeleteMembershipTableEntriesAsync.")]
    public Task DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId, CancellationToken.None);

    [Obsolete("Use CleanupDefunctSiloEntriesAsync.")]
    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate, CancellationToken.None);

    [Obsolete("Use ReadRowAsync.")]
    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadRowAsync(key, CancellationToken.None);

    [Obsolete("Use ReadAllAsync.")]
    public Task<MembershipTableData> ReadAll() => ReadAllAsync(CancellationToken.None);

    [Obsolete("Use InsertRowAsync.")]
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion, CancellationToken.None);

    [Obsolete("Use UpdateRowAsync.")]
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        UpdateRowAsync(entry, etag, tableVersion, CancellationToken.None);

    [Obsolete("Use UpdateIAmAliveAsync.")]
    public Task UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry, CancellationToken.None);

    private static Tuple<MembershipEntry, string> Entry(TableDocument table, string key, SiloRow row, Heartbeats heartbeats) =>
        Tuple.Create(row.ToEntry(heartbeats.OfRow(key)), table.EtagOf(row.RowVersion));

    private static TableVersion VersionOf(TableDocument table) => new(table.Version, table.Etag);

    private async Task BeatAsync(string key, string time, CancellationToken cancel)
    {
        var beat = new Dictionary<string, string?> { [key] = time };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _api.MergeAsync(_api.Identity.AliveName, beat, cancel);
                return;
            }
            catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing && attempt < HeartbeatAttempts)
            {
                await MakeHeartbeatsAsync(cancel);
            }
            catch (KubernetesMembershipException e) when (e.IsTransient && attempt < HeartbeatAttempts)
            {
                await Task.Delay(e.RetryAfter ?? (_heartbeatPause * attempt), _time, cancel);
            }
        }
    }

    private async Task MakeHeartbeatsAsync(CancellationToken cancel)
    {
        try
        {
            await _api.CreateAsync(_api.Identity.AliveName, new Dictionary<string, string>(), cancel);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Conflict)
        {
            // Another silo created it.
        }
    }

    private async Task DeleteTableAsync(CancellationToken cancel)
    {
        try
        {
            // Read first: what is not this cluster's table is refused.
            await _reader.ReadAsync(cancel);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing)
        {
            return;
        }

        await DeleteAsync(_api.Identity.Name, cancel);
        await DeleteAsync(_api.Identity.AliveName, cancel);
    }

    private async Task DeleteAsync(string name, CancellationToken cancel)
    {
        try
        {
            await _api.DeleteAsync(name, cancel);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing)
        {
            // It is already gone.
        }
    }

    private async Task<T> TableAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancel)
    {
        T result = default!;
        await ObserveAsync(() => WithinAsync(async either => result = await operation(either), cancel));
        return result;
    }

    private async Task ObserveAsync(Func<Task> operation)
    {
        try
        {
            await operation();
            _status.TableWorked();
        }
        catch (KubernetesMembershipException e)
        {
            _status.TableFailed(e);
            throw;
        }
    }

    private async Task WithinAsync(Func<CancellationToken, Task> operation, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(_options.OperationTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            await operation(either.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new KubernetesMembershipException(
                MembershipFailure.Unavailable, $"The membership table at {_api.Host} could not be used within {_options.OperationTimeout.TotalSeconds} s.", e);
        }
    }
}
