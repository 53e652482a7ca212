using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Docs;

/// <summary>docs/metrics.md against the code, against the document of a silo, and its examples against promtool.</summary>
public sealed partial class MetricsPageTests
{
    private const string Project = "local-project";

    /// <summary>What the silo of these tests need not show, by what it would take.</summary>
    private static readonly Dictionary<string, string[]> _withoutSamples = new(StringComparer.Ordinal)
    {
        ["clustering in Kubernetes"] = [MetricNames.MembershipAvailable, MetricNames.MembershipBytes, MetricNames.MembershipFailures],
        ["a message in flight"] = [MetricNames.OldestUnacked],
        ["a storm"] = [MetricNames.StormStart, MetricNames.ClusterStormStart],
        ["a message that is given up"] = [MetricNames.AbandonedMessages],
        ["a gap in the subscription"] =
            [MetricNames.RepairErrors, MetricNames.RepairEvents, MetricNames.RepairGap, MetricNames.RepairLastRun, MetricNames.RepairRuns],
        ["an error of the Compute API"] = [MetricNames.InventoryErrors],
        ["an interruption of an unknown instance"] = [MetricNames.OldestUnattributed],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Tables_NameEveryMetricOfTheCodeAndNoOther() => Assert.Equal(
        MetricsPage.Names().Order(StringComparer.Ordinal), MetricsPage.Metrics.Select(m => m.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void EachRow_HasKnownLabels_TheUnitOfItsName_AndAStabilityThatIsExplained() => Assert.All(MetricsPage.Metrics, metric =>
    {
        Assert.Empty(metric.Labels.Except([.. MetricsPage.Labels(), "kubernetes_cluster"]));
        Assert.Equal(metric.Type == "counter", metric.Name.EndsWith("_total", StringComparison.Ordinal));
        Assert.Contains(metric.Stability, MetricsPage.Stabilities);
        Assert.NotEmpty(metric.Meaning);
        Assert.Equal(UnitOf(metric.Name) ?? metric.Unit, metric.Unit);
        Assert.NotEmpty(metric.Unit);
    });

    [Fact]
    public void EachExample_AsksForItsMetric_AndForNoneThatIsNotThere() => Assert.All(MetricsPage.Metrics, metric =>
    {
        var names = MetricsPage.SeriesIn(metric.Example).ToList();
        Assert.Contains(metric.Name, names);
        Assert.Empty(names.Except(MetricsPage.Names()));
    });

    [Fact]
    public async Task Tables_HaveTheTypesAndLabelsOfARealDocument()
    {
        var text = await DocumentAsync();
        var types = Type().Matches(text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
        var labels = Sample().Matches(text)
            .Select(m => (Name: MetricsPage.SeriesIn(m.Groups[1].Value).FirstOrDefault(), Labels: LabelName().Matches(m.Groups[2].Value).Select(l => l.Groups[1].Value).Where(l => l != "le")))
            .Where(sample => sample.Name is not null)
            .ToLookup(sample => sample.Name!, sample => string.Join(", ", sample.Labels), StringComparer.Ordinal);

        Assert.All(MetricsPage.Metrics.Where(m => types.ContainsKey(m.Name)), metric => Assert.Equal(types[metric.Name], metric.Type));
        Assert.All(MetricsPage.Metrics, metric => Assert.All(labels[metric.Name], found => Assert.Equal(string.Join(", ", metric.Labels), found)));
        Assert.Empty(MetricsPage.Metrics.Select(m => m.Name).Where(name => !labels.Contains(name)).Except(_withoutSamples.Values.SelectMany(names => names)));
    }

    [SystemFact]
    public void Examples_AreTakenByPromtool()
    {
        RealParts.Program("promtool", "prometheus");
        using var folder = new TemporaryFolder();
        var rules = Path.Combine(folder.Path, "examples.yaml");
        File.WriteAllLines(rules, ["groups:", "  - name: examples", "    rules:",
            .. MetricsPage.Metrics.Select(m => $"      - {{record: 'example:{m.Name}', expr: '{m.Example}'}}")]);

        Assert.Null(SystemCommand.Try("promtool", $"check rules {rules}"));
    }

    /// <summary>The document of a silo that has listed nodes, and has counted an interruption of one.</summary>
    private static async Task<string> DocumentAsync()
    {
        await using var compute = await FakeCompute.StartAsync();
        compute.PutInstances(Project, [FakeInstance.Numbered(1)]);
        await using var pubSub = (await StartUp.StartLocalPubSubAsync(
            new SieOptions { Local = new LocalOptions { PubSubPort = 0 } }, NullLoggerFactory.Instance))!;
        using var folder = new TemporaryFolder();
        var options = new SieOptions
        {
            IsLocal = false,
            LogLevel = LogLevel.Warning,
            ProjectName = Project,
            Compute = new ComputeOptions { Endpoint = compute.Endpoint },
            Prometheus = new PrometheusOptions { Port = 0 },
            Clustering = new ClusteringOptions { SiloPort = LoopbackPorts.Free() },
            Storage = new StorageOptions { Path = folder.Path },
        };
        await using var store = await StartUp.OpenStoreAsync(options);
        await using var app = SiloHost.Build(options, store, pubSub.Port);
        await app.StartAsync(Cancel);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var publisher = new PubSubRest($"127.0.0.1:{pubSub.Port}", Project);
        await publisher.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await ShowsAsync(http, metrics => metrics.Messages("created") == 1);
        await publisher.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());
        var document = await ShowsAsync(http, metrics => metrics.Messages("counted") == 1 && metrics.Interruptions("fake-cluster") == 1
            && metrics.Sum(MetricNames.MessagesInFlight) == 0 && metrics.Sum(MetricNames.Nodes) > 0
            && metrics.Text.Contains($"\n{MetricNames.UnattributedWaiting} ", StringComparison.Ordinal));
        await app.StopAsync(Cancel);
        return document.Text;
    }

    private static Task<Exposition> ShowsAsync(HttpClient http, Func<Exposition, bool> satisfies) => Eventually.IsAsync(
        async () => new Exposition(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel)), satisfies);

    private static string? UnitOf(string name) => name switch
    {
        MetricNames.NodeSeconds => "node-seconds",
        _ when name.EndsWith("_timestamp_seconds", StringComparison.Ordinal) => "Unix seconds",
        _ when name.EndsWith("_seconds", StringComparison.Ordinal) => "seconds",
        _ when name.EndsWith("_ratio", StringComparison.Ordinal) => "ratio",
        _ when name.EndsWith("_bytes", StringComparison.Ordinal) => "bytes",
        _ when name.EndsWith("_info", StringComparison.Ordinal) => "always 1",
        _ => null,
    };

    [GeneratedRegex("^# TYPE ([a-z0-9_]+) ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^([a-z0-9_]+)(?:\{(.*)\})? [^ ]+$", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("([a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex LabelName();
}
