using System.Globalization;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Metrics;

/// <summary>A real Prometheus with the rules scrapes three real silos while nodes are lost, and one of the silos.</summary>
[Collection(nameof(SiloRows))]
public sealed class LivePrometheusTests
{
    private const string Project = "example-live";
    private const int Nodes = 120;
    private const int Portion = 10;

    // Queries of the dashboard whose answer is rightly empty here.
    private static readonly Dictionary<string, string> _empty = new()
    {
        ["time() - min by (subscription) (sie_oldest_unacked_message_timestamp_seconds)"] = "at the end nothing is unsettled",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [SystemFact]
    public async Task Prometheus_ThatScrapesThreeSilosThroughAKill_HasEveryCount_AndAnswersTheDashboard()
    {
        RealParts.Program("prometheus", "prometheus");
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var compute = await FakeCompute.StartAsync();
        await using var server = await StartPubSubAsync();
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", Project, cancellationToken: Cancel);
        var nodes = Enumerable.Range(0, Nodes).Select(Node).ToList();
        compute.PutInstances(Project, nodes);
        await pubSub.PublishAsync(Topics.Creations, [.. nodes.Select(node => NodeEntries.CreationOf(node, Project))]);
        var places = Enumerable.Range(0, 4).Select(_ => PlaceOf(folder.Path, redis, server, compute)).ToList();
        using var prometheus = PrometheusServer.StartWithRules(RulesEachSecond(folder.Path), folder.Path, places.Select(place => $"127.0.0.1:{place.MetricsPort}"));
        await using var first = SiloProcess.Start(places[0]);
        await using var second = SiloProcess.Start(places[1]);
        await using var third = SiloProcess.Start(places[2]);
        await Task.WhenAll(first.ReadyAsync(), second.ReadyAsync(), third.ReadyAsync());
        await HasAsync(prometheus, 0);

        await LoseAsync(pubSub, compute, nodes, 0);
        await HasAsync(prometheus, 1);
        await ScrapesPassAsync(prometheus);
        await LoseAsync(pubSub, compute, nodes, 1);
        first.Kill();
        await LoseAsync(pubSub, compute, nodes, 2);
        await using var fourth = SiloProcess.Start(places[3]);
        await HasAsync(prometheus, 3);
        await fourth.ReadyAsync();
        await ScrapesPassAsync(prometheus);
        await LoseAsync(pubSub, compute, nodes, 3);
        await HasAsync(prometheus, 4);

        var panels = Dashboard.Read(rateInterval: "1m", range: "10m");
        Assert.Subset(panels.SelectMany(panel => panel.Targets).Select(target => target.Expression).ToHashSet(), _empty.Keys.ToHashSet());
        await Eventually.IsAsync(() => WithoutDataAsync(prometheus, panels), without => without.Length == 0);
    }

    /// <summary>A minute of scrapes, in which the series go on.</summary>
    private static async Task ScrapesPassAsync(PrometheusServer prometheus)
    {
        var before = await ScrapesAsync();
        await Eventually.IsAsync(ScrapesAsync, scrapes => scrapes >= before + 60, TimeSpan.FromMinutes(4));

        async Task<double> ScrapesAsync() => (await prometheus.QueryAsync("max(count_over_time(up[10m]))", Cancel)).Values.Single();
    }

    private static string RulesEachSecond(string folder)
    {
        var rules = Path.Combine(folder, "rules.yaml");
        File.WriteAllText(rules, Repository.Read("monitoring/rules.yaml").Replace("interval: 1m", "interval: 1s", StringComparison.Ordinal));
        return rules;
    }

    private static async Task<string> WithoutDataAsync(PrometheusServer prometheus, IReadOnlyList<Dashboard.Panel> panels)
    {
        var without = new List<string>();
        foreach (var expression in panels.SelectMany(panel => panel.Targets).Select(target => target.Expression).Where(e => !_empty.ContainsKey(e)))
        {
            without.AddRange((await prometheus.QueryAsync(expression, Cancel)).Values.Any(double.IsFinite) ? [] : [expression]);
        }

        return string.Join('\n', without);
    }

    /// <summary>Waits until Prometheus answers what was published, by the queries of the pages.</summary>
    private static async Task HasAsync(PrometheusServer prometheus, int portions)
    {
        foreach (var question in (string[])["how many so far", "how many in the last hour"])
        {
            var expression = DocumentedQueries.All.Single(query => query.Question == question).Expression;
            var each = portions * Portion / 2.0;
            await Eventually.IsAsync(
                async () => string.Join(' ', (await prometheus.QueryAsync(expression, Cancel)).Select(s => $"{s.Key}: {s.Value}").Order(StringComparer.Ordinal)),
                answer => answer == string.Create(
                    CultureInfo.InvariantCulture, $"{{\"kubernetes_cluster\":\"batch\"}}: {each} {{\"kubernetes_cluster\":\"shop\"}}: {each}"));
        }
    }

    /// <summary>The next nodes end: they are no longer listed, and their entries are published one by one.</summary>
    private static async Task LoseAsync(PubSubRest pubSub, FakeCompute compute, List<FakeInstance> nodes, int portion)
    {
        compute.PutInstances(Project, nodes.Skip((portion + 1) * Portion));
        foreach (var node in nodes.Skip(portion * Portion).Take(Portion))
        {
            await pubSub.PublishAsync(Topics.Interruptions, NodeEntries.InterruptionOf(node, Project, "preempted", TimeProvider.System.GetUtcNow()));
        }
    }

    private static FakeInstance Node(int number) => new("europe-west1-b", $"gke-{number:D3}", (ulong)number + 1)
    {
        Cluster = number % 2 == 0 ? "shop" : "batch",
        CreatedAt = NodeEntries.TextOf(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(30)),
    };

    private static SiloPlace PlaceOf(string folder, RedisServer redis, LocalPubSubServer server, FakeCompute compute) =>
        new SiloPlace(folder, "127.0.0.1", "dotnet", SiloPlace.Program).AsSilo()
            .OnRedis(redis.ConnectionString)
            .OnEmulator($"127.0.0.1:{server.Port}", Project)
            .With("SIE__COMPUTE__ENDPOINT", compute.Endpoint)
            .With("SIE__INVENTORY__INTERVAL", "10s");

    private static Task<LocalPubSubServer> StartPubSubAsync() => LocalPubSubServer.StartAsync(
        new LocalPubSubSettings
        {
            Ready =
            [
                ($"projects/{Project}/topics/{Topics.Creations}", $"projects/{Project}/subscriptions/{Topics.SubscriptionOf(creations: true)}"),
                ($"projects/{Project}/topics/{Topics.Interruptions}", $"projects/{Project}/subscriptions/{Topics.SubscriptionOf(creations: false)}"),
            ],
        },
        Cancel);
}
