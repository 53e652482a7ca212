using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>What the chart renders to with one value set, each object read strictly.</summary>
internal sealed class RenderedChart
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<RenderedChart>>> _rendered = new(StringComparer.Ordinal);

    private readonly IReadOnlyList<IKubernetesObject> _objects;

    private RenderedChart(string yaml)
    {
        Raw = [.. YamlJson.Documents(yaml).Select(document => document.AsObject())];
        _objects = [.. Raw.Select(StrictModels.Read).OfType<IKubernetesObject>()];
    }

    /// <summary>Every object, also those of the Prometheus operator, which Kubernetes' models do not know.</summary>
    public IReadOnlyList<JsonObject> Raw { get; }

    /// <summary>The silos.</summary>
    public V1StatefulSet Silos => Assert.Single(All<V1StatefulSet>(), set => Component(set.Metadata) == "silo");

    /// <summary>The bundled store, if there is one.</summary>
    public V1StatefulSet? Store => All<V1StatefulSet>().SingleOrDefault(set => Component(set.Metadata) == "store");

    public V1Container Silo => Assert.Single(Silos.Spec.Template.Spec.Containers);

    /// <summary>Every pod that can come of it, by name, with its labels.</summary>
    public IEnumerable<(string Name, IDictionary<string, string> Labels, V1PodSpec Spec)> Pods =>
        All<V1StatefulSet>().Select(set => (set.Metadata.Name, set.Spec.Template.Metadata.Labels, set.Spec.Template.Spec))
            .Concat(All<V1Pod>().Select(pod => (pod.Metadata.Name, pod.Metadata.Labels, pod.Spec)));

    /// <summary>The chart with one of the value sets.</summary>
    public static Task<RenderedChart> OfAsync(string set) => _rendered.GetOrAdd(
        set, key => new(async () => new RenderedChart(await HelmPart.TemplateAsync("-f", ValueSets.FileOf(key))))).Value;

    public IEnumerable<T> All<T>() => _objects.OfType<T>();

    public T? Named<T>(string name)
        where T : class, IKubernetesObject<V1ObjectMeta> => All<T>().SingleOrDefault(o => o.Metadata.Name == name);

    /// <summary>The objects of a kind that Kubernetes' models do not know.</summary>
    public IEnumerable<JsonObject> Kind(string kind) => Raw.Where(raw => (string)raw["kind"]! == kind);

    public static string Component(V1ObjectMeta metadata) => metadata.Labels["app.kubernetes.io/component"];
}
