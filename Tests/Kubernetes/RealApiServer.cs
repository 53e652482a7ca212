using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>The API server that a kubeconfig leads to, and a namespace in it that is made for one ground and removed with it.</summary>
internal sealed class RealApiServer : IAsyncDisposable
{
    private readonly k8s.Kubernetes _client = new(Configuration());

    private RealApiServer(string space) => Namespace = space;

    /// <summary>The variable SIE_TEST_KUBECONFIG; null where the fake is meant.</summary>
    public static string? KubeConfig { get; } = Environment.GetEnvironmentVariable("SIE_TEST_KUBECONFIG") is { Length: > 0 } file ? file : null;

    public string Namespace { get; }

    public static async Task<RealApiServer> PrepareAsync(CancellationToken cancellationToken)
    {
        var server = new RealApiServer($"sie-test-{Guid.NewGuid():n}");
        await server._client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = server.Namespace } }, cancellationToken: cancellationToken);
        return server;
    }

    public static KubernetesClientConfiguration Configuration() => KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeConfig);

    public JsonObject? Find(string name)
    {
        try
        {
            return JsonNode.Parse(KubernetesJson.Serialize(_client.CoreV1.ReadNamespacedConfigMap(name, Namespace)))!.AsObject();
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public void Create(JsonObject body) => _client.CoreV1.CreateNamespacedConfigMap(KubernetesJson.Deserialize<V1ConfigMap>(body.ToJsonString()), Namespace);

    public void Replace(string name, JsonObject body) =>
        _client.CoreV1.ReplaceNamespacedConfigMap(KubernetesJson.Deserialize<V1ConfigMap>(body.ToJsonString()), name, Namespace);

    public void Merge(string name, JsonObject patch) =>
        _client.CoreV1.PatchNamespacedConfigMap(new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), name, Namespace);

    public void Delete(string name) => _client.CoreV1.DeleteNamespacedConfigMap(name, Namespace);

    public async ValueTask DisposeAsync()
    {
        await _client.CoreV1.DeleteNamespaceAsync(Namespace);
        _client.Dispose();
    }
}
