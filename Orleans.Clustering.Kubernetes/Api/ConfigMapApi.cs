using System.Globalization;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// The only class that calls the Kubernetes API: two ConfigMaps of one namespace. Each call ends within the request timeout, and fails with
/// a <see cref="KubernetesMembershipException"/> or by the caller's own cancellation. Nothing is tried again here.
/// </summary>
internal sealed class ConfigMapApi : IDisposable
{
    private const string Manager = "orleans-membership";

    private readonly k8s.Kubernetes _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public ConfigMapApi(k8s.Kubernetes client, TableIdentity identity, TimeSpan timeout, TimeProvider time)
    {
        _client = client;
        Identity = identity;
        _timeout = timeout;
        _time = time;
    }

    public TableIdentity Identity { get; }

    public string Host => _client.BaseUri.GetLeftPart(UriPartial.Authority);

    public Task<V1ConfigMap> GetAsync(string name, CancellationToken cancel) => CallAsync(
        "get", name, token => _client.CoreV1.ReadNamespacedConfigMapAsync(name, Identity.Namespace, cancellationToken: token), cancel);

    /// <summary>Writes the whole object if it still is what was read.</summary>
    public Task<V1ConfigMap> ReplaceAsync(V1ConfigMap map, bool dryRun, CancellationToken cancel)
    {
        // Without it Kubernetes would overwrite whatever is there.
        ArgumentException.ThrowIfNullOrEmpty(map.Metadata.ResourceVersion);
        return CallAsync(
            "update",
            map.Metadata.Name,
            token => _client.CoreV1.ReplaceNamespacedConfigMapAsync(
                map, map.Metadata.Name, Identity.Namespace, dryRun: dryRun ? "All" : null, fieldManager: Manager, cancellationToken: token),
            cancel);
    }

    /// <summary>Sets some values of an object, and removes those that are null, whatever else it holds.</summary>
    public Task<V1ConfigMap> MergeAsync(string name, IReadOnlyDictionary<string, string?> values, CancellationToken cancel)
    {
        var json = values.Count == 0 ? "{}" : JsonSerializer.Serialize(new { data = values });
        return CallAsync(
            "patch",
            name,
            token => _client.CoreV1.PatchNamespacedConfigMapAsync(
                new V1Patch(json, V1Patch.PatchType.MergePatch), name, Identity.Namespace, fieldManager: Manager, cancellationToken: token),
            cancel);
    }

    public Task<V1ConfigMap> CreateAsync(V1ConfigMap map, CancellationToken cancel) => CallAsync(
        "create",
        map.Metadata.Name,
        token => _client.CoreV1.CreateNamespacedConfigMapAsync(map, Identity.Namespace, fieldManager: Manager, cancellationToken: token),
        cancel);

    public Task DeleteAsync(string name, CancellationToken cancel) => CallAsync(
        "delete",
        name,
        async token =>
        {
            await _client.CoreV1.DeleteNamespacedConfigMapAsync(name, Identity.Namespace, cancellationToken: token);
            return true;
        },
        cancel);

    public void Dispose() => _client.Dispose();

    private async Task<T> CallAsync<T>(string verb, string name, Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        var what = $"{verb} ConfigMap {Identity.Namespace}/{name}";
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            return await call(either.Token);
        }
        catch (HttpOperationException e)
        {
            throw ApiRefusal.Of(what, Identity, e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            var seconds = _timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new KubernetesMembershipException(
                MembershipFailure.Unavailable, $"The API server at {Host} did not answer within {seconds} s when asked to {what}.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw new KubernetesMembershipException(
                MembershipFailure.Unavailable, $"The API server at {Host} could not be reached to {what}: {e.Message}", e);
        }
    }
}
