using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>What the log says of the settings at start.</summary>
public sealed class StartLinesTests
{
    private const string Secret = "hunter2";

    private const string TwoProjects = """
        project_name: one
        projects:
          - name: two
            instance_interruption_subscription_name: projects/hub/subscriptions/lost
        storage:
          provider: redis
        clustering:
          provider: kubernetes
        clusters:
          retention: 60d

        """;

    [Fact]
    public void Lines_OfAFile_SayWhatIsReadFromWhere()
    {
        var lines = StartLines.Of(Loading.Load(TwoProjects, ("SIE__STORAGE__REDIS__CONNECTION_STRING", "redis:6379"), ("SIE__STORAGE__REDIS__PASSWORD", Secret)));

        Assert.Equal(
            [
                "Project one: projects/one/subscriptions/sie-creation-subscription, projects/one/subscriptions/sie-interruption-subscription",
                "Project two: projects/two/subscriptions/sie-creation-subscription, projects/hub/subscriptions/lost",
                "Log: log_level=info, log_format=text",
                "Messages: projects_only=false, pubsub.message_retention=7d",
                "Metrics: prometheus.port=8090, prometheus.path=/metrics, prometheus.address=::, prometheus.cluster_label=kubernetes_cluster, "
                    + "metrics.max_clusters=1000, metrics.max_series_per_cluster=10000",
                "Storage: storage.provider=redis, storage.redis.connection_string=***, storage.redis.password=***",
                "Clustering: clustering.provider=kubernetes, clustering.silo_port=11111, clustering.gateway_port=0, "
                    + "clustering.cluster_id=orleans-sie, clustering.service_id=orleans-sie",
                "Compute API: inventory.enabled=true, inventory.interval=5m, inventory.filter=client, repair.enabled=true",
            ],
            lines.SkipLast(1));
        Assert.StartsWith("Limits: storm.begin_ratio=0.2, storm.end_ratio=0.05, storm.min_lost=3, attribution.timeout=1h, instances.retention=45d, clusters.retention=60d", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_OfLocalMode_NameItsOwnPubSub_AndNoComputeApi()
    {
        var lines = StartLines.Of(Loading.Load(null));

        Assert.Contains("Messages: projects_only=false, pubsub.message_retention=7d, local.pubsub_port=8085", lines);
        Assert.Contains("Storage: storage.provider=embedded, storage.path=./data, storage.memory=64m", lines);
        Assert.Contains("Compute API: not used", lines);
    }

    [Fact]
    public void Lines_WithAnEmulator_NameIt() => Assert.Contains(
        "Messages: projects_only=false, pubsub.message_retention=7d, PUBSUB_EMULATOR_HOST=emulator:8085",
        StartLines.Of(Loading.Load(Loading.Minimal, ("PUBSUB_EMULATOR_HOST", "emulator:8085"))));
}
