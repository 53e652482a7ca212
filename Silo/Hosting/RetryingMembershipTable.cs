using Orleans.Clustering.Kubernetes;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Hosting;

/// <summary>
/// A membership table whose store may be unavailable while the silo joins. Orleans reads the table once at its start, and the first failure
/// would end the process. Here the calls of the start are tried again until they succeed or the process is told to stop. A fault that only
/// an operator can repair, such as a missing right, ends the start. Orleans itself tries all later calls again.
/// </summary>
internal sealed class RetryingMembershipTable : IMembershipTable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);

    private readonly IMembershipTable _inner;
    private readonly CancellationToken _stopping;
    private readonly TimeProvider _time;
    private readonly ILogger<RetryingMembershipTable> _logger;
    private volatile bool _isRead;

    public RetryingMembershipTable(
        IMembershipTable inner, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<RetryingMembershipTable> logger)
    {
        _inner = inner;
        _stopping = lifetime.ApplicationStopping;
        _time = time;
        _logger = logger;
    }

    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default) => await PersistAsync(
        async cancel =>
        {
            await _inner.InitializeMembershipTableAsync(tryInitTableVersion, cancel);
            return true;
        },
        cancellationToken);

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        var table = _isRead
            ? await _inner.ReadAllAsync(cancellationToken)
            : await PersistAsync(_inner.ReadAllAsync, cancellationToken);
        _isRead = true;
        return table;
    }

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default)
        => _inner.DeleteMembershipTableEntriesAsync(clusterId, cancellationToken);

    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
        => _inner.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken);

    public Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default)
        => _inner.ReadRowAsync(key, cancellationToken);

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default)
        => _inner.InsertRowAsync(entry, tableVersion, cancellationToken);

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
        => _inner.UpdateRowAsync(entry, etag, tableVersion, cancellationToken);

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default)
        => _inner.UpdateIAmAliveAsync(entry, cancellationToken);

    // The interface still has the older methods without cancellation.
    public Task InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion);

    public Task<MembershipTableData> ReadAll() => ReadAllAsync();

    public Task DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId);

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate);

    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadRowAsync(key);

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion);

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => UpdateRowAsync(entry, etag, tableVersion);

    public Task UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry);

    private async Task<T> PersistAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stopping);
        while (true)
        {
            try
            {
                return await call(end.Token).WaitAsync(end.Token);
            }
            catch (Exception e) when (e is RedisException or TimeoutException or KubernetesMembershipException { IsTransient: true })
            {
                _logger.JoinInterrupted(e, RedisFailure.ReasonOf(e));
            }

            await Task.Delay(_pause, _time, end.Token);
        }
    }
}
