using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// The only class that calls the Kubernetes API, for two ConfigMaps of one namespace. Each call ends within the request timeout. It fails
/// with a <see cref="KubernetesMembershipException"/> or by the caller's cancellation, and is not tried again here.
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

    /// <summary>Writes the whole object if it did not change since it was read.</summary>
    public Task<V1ConfigMap> ReplaceAsync(V1ConfigMap map, bool dryRun, CancellationToken cancel)
    {
        // Without it Kubernetes would overwrite any change.
        ArgumentException.ThrowIfNullOrEmpty(map.Metadata.ResourceVersion);
        return CallAsync(
            "update",
            map.Metadata.Name,
            token => _client.CoreV1.ReplaceNamespacedConfigMapAsync(
                map, map.Metadata.Name, Identity.Namespace, dryRun: dryRun ? "All" : null, fieldManager: Manager, cancellationToken: token),
            cancel);
    }

    /// <summary>Sets some values of an object, and removes those that are null. All other values stay.</summary>
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

    public Task<V1ConfigMap> CreateAsync(string name, IDictionary<string, string> data, CancellationToken cancel)
    {
        var map = new V1ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = Identity.Namespace,
                Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "orleans-k8s-membership" },

                // The silos change it all the time. No declared state does.
                Annotations = new Dictionary<string, string> { ["argocd.argoproj.io/ignore-resource-updates"] = "true" },
            },
            Data = data,
        };
        return CallAsync(
            "create",
            name,
            token => _client.CoreV1.CreateNamespacedConfigMapAsync(map, Identity.Namespace, fieldManager: Manager, cancellationToken: token),
            cancel);
    }

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
            throw ApiErrors.Of(what, Identity, e);
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

/// <summary>The cluster of a table, and the names of its ConfigMaps.</summary>
/// <param name="Namespace">The namespace of both ConfigMaps.</param>
/// <param name="Name">The ConfigMap of the table.</param>
/// <param name="ServiceId">Orleans' service id.</param>
/// <param name="ClusterId">Orleans' cluster id.</param>
internal sealed record TableIdentity(string Namespace, string Name, string ServiceId, string ClusterId)
{
    /// <summary>The suffix of the heartbeats' ConfigMap after the table's name.</summary>
    public const string AliveSuffix = "-alive";

    private const int MaxPart = 40;

    /// <summary>The ConfigMap of the heartbeats.</summary>
    public string AliveName => Name + AliveSuffix;

    /// <summary>A name that no other pair of ids has, even if they differ only by case or one is a prefix of the other.</summary>
    public static string DefaultName(string serviceId, string clusterId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{serviceId}\n{clusterId}"));
        var parts = new[] { "orleans", Plain(serviceId), Plain(clusterId), Convert.ToHexStringLower(hash)[..8] };
        return string.Join('-', parts.Where(part => part.Length > 0));
    }

    private static string Plain(string id)
    {
        var plain = string.Concat(id.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-')).Trim('-');
        return plain.Length <= MaxPart ? plain : plain[..MaxPart].TrimEnd('-');
    }
}

/// <summary>The names that Kubernetes accepts. The client puts names into addresses unescaped, so no other name may pass.</summary>
internal static class KubernetesNames
{
    private const int MaxLabel = 63;
    private const int MaxSubdomain = 253;

    /// <summary>A DNS label, as namespaces are named.</summary>
    public static bool IsLabel(string name) => name.Length is > 0 and <= MaxLabel && IsPlain(name) && !name.Contains('.');

    /// <summary>Dotted DNS labels, as ConfigMaps are named.</summary>
    /// <param name="name">The name.</param>
    /// <param name="spare">The number of letters that must still fit after it.</param>
    public static bool IsSubdomain(string name, int spare) => name.Length > 0 && name.Length + spare <= MaxSubdomain && name.Split('.').All(IsPlain);

    private static bool IsPlain(string part) => part.Length > 0
        && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
        && part[0] is not ('-' or '.')
        && part[^1] is not ('-' or '.');
}
