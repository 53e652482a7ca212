using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// Finds or creates the table, and tries each right that is needed, so that a missing right fails the start and not the first heartbeat. An
/// existing table is not changed.
/// </summary>
internal sealed class TableStart
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    private readonly ConfigMapApi _api;
    private readonly TableReader _reader;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public TableStart(ConfigMapApi api, TableReader reader, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        _api = api;
        _reader = reader;
        _timeout = timeout;
        _time = time;
        _logger = logger;
    }

    /// <summary>Tries again until it succeeds or the time for the start is over.</summary>
    /// <exception cref="KubernetesMembershipException">It did not succeed in time, or an operator has to act.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var start = _time.GetTimestamp();
        for (var pause = _firstPause; ; pause = Min(pause * 2, _longestPause))
        {
            try
            {
                await TryAsync(cancel);
                return;
            }
            catch (KubernetesMembershipException e) when (e.IsTransient && _time.GetElapsedTime(start) + pause < _timeout)
            {
                _logger.InitializeDelayed(e.Message, e);
                await Task.Delay(e.RetryAfter ?? pause, _time, cancel);
            }
        }
    }

    private async Task TryAsync(CancellationToken cancel)
    {
        var (map, table) = await FindOrMakeAsync(cancel);
        try
        {
            await _api.ReplaceAsync(map with { Metadata = map.Metadata with { ManagedFields = null } }, dryRun: true, cancel);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Conflict)
        {
            // Another silo wrote in between. The right exists.
        }

        await HeartbeatsAsync(cancel);
        _logger.TableFound(_api.Identity.Namespace, _api.Identity.Name, _api.Host, table.Version);
    }

    private async Task<(V1ConfigMap Map, TableDocument Table)> FindOrMakeAsync(CancellationToken cancel)
    {
        V1ConfigMap map;
        try
        {
            map = await _api.GetAsync(_api.Identity.Name, cancel);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing)
        {
            map = await MakeAsync(cancel);
        }

        return (map, _reader.Written(map));
    }

    private async Task<V1ConfigMap> MakeAsync(CancellationToken cancel)
    {
        try
        {
            var data = TableDocument.Header(_api.Identity, "", 0).ToDictionary(pair => pair.Key, pair => pair.Value!);
            return await _api.CreateAsync(_api.Identity.Name, data, cancel);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing)
        {
            throw new KubernetesMembershipException(
                MembershipFailure.Missing, $"Namespace '{_api.Identity.Namespace}' of the membership table does not exist. Create it, or set POD_NAMESPACE to the right one.", e);
        }
    }

    private async Task HeartbeatsAsync(CancellationToken cancel)
    {
        try
        {
            await _api.MergeAsync(_api.Identity.AliveName, new Dictionary<string, string?>(), cancel);
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing)
        {
            await _api.CreateAsync(_api.Identity.AliveName, new Dictionary<string, string>(), cancel);
        }

        if ((await _api.GetAsync(_api.Identity.AliveName, cancel)).Immutable is true)
        {
            throw new KubernetesMembershipException(
                MembershipFailure.Invalid, $"ConfigMap {_api.Identity.Namespace}/{_api.Identity.AliveName} with the heartbeats is immutable. Delete it, so that it is made again.");
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
