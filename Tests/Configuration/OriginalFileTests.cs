using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>The original's files must work unchanged.</summary>
public sealed class OriginalFileTests
{
    private const string Original = """
        log_level: debug
        project_name: example-project
        pubsub:
          instance_creation_subscription_name: sie-creation-subscription
          instance_interruption_subscription_name: sie-interruption-subscription
        prometheus:
          port: 8090
          path: /metrics

        """;

    [Fact]
    public void OriginalsFile_Alone_GivesItsValuesAndAllDefaults()
    {
        var options = Loading.Load(Original);

        Assert.Equal(
            """
            log_level=debug
            log_format=text
            project_name=example-project
            projects_only=false
            cluster_name=none
            pubsub.instance_creation_subscription_name=sie-creation-subscription
            pubsub.instance_interruption_subscription_name=sie-interruption-subscription
            pubsub.message_retention=7d
            prometheus.port=8090
            prometheus.path=/metrics
            prometheus.address=::
            prometheus.cluster_label=kubernetes_cluster
            metrics.drop_labels=none
            metrics.max_clusters=1000
            metrics.max_series_per_cluster=10000
            storm.begin_ratio=0.2
            storm.end_ratio=0.05
            storm.min_lost=3
            storage.provider=embedded
            storage.path=./data
            storage.memory=64m
            storage.redis.connection_string=none
            storage.redis.connection_string_file=none
            storage.redis.user=none
            storage.redis.password=none
            storage.redis.password_file=none
            storage.redis.ca_file=none
            storage.redis.client_certificate_file=none
            storage.redis.client_key_file=none
            clustering.provider=localhost
            clustering.silo_port=0
            clustering.gateway_port=0
            clustering.cluster_id=orleans-sie
            clustering.service_id=orleans-sie
            clustering.advertised_address=none
            clustering.silo_name=none
            clustering.redis.connection_string=none
            clustering.redis.connection_string_file=none
            clustering.redis.user=none
            clustering.redis.password=none
            clustering.redis.password_file=none
            clustering.redis.ca_file=none
            clustering.redis.client_certificate_file=none
            clustering.redis.client_key_file=none
            clustering.kubernetes.config_map=none
            clustering.kubernetes.namespace=none
            compute.endpoint=none
            inventory.enabled=true
            inventory.interval=5m
            inventory.filter=client
            repair.enabled=true
            attribution.timeout=1h
            instances.retention=45d
            clusters.retention=never
            local.pubsub_port=8085
            """,
            string.Join('\n', Loading.Shown(options)));
        Assert.Equal(Loading.FilePath, options.Source);
        Assert.Null(options.PubSub.EmulatorHost);
        Assert.False(options.IsLocal);
        Assert.Equal(LogLevel.Debug, options.LogLevel);
        Assert.Null(options.Clustering.GatewayPort);
        Assert.Equal(
            ["projects/example-project/subscriptions/sie-creation-subscription", "projects/example-project/subscriptions/sie-interruption-subscription"],
            options.Subscriptions);
        Assert.Equal(
            ["Counts are kept by this process in './data', for one silo. For several set storage.provider and clustering.provider to redis."],
            options.Notices);
    }

    [Fact]
    public void ClusterName_FromTheOriginal_IsAcceptedWithANotice()
    {
        var options = Loading.Load(Original + "cluster_name: some cluster\n");

        Assert.Equal("some cluster", options.ClusterName);
        Assert.Contains("cluster_name is accepted but has no effect: clusters are told apart by their events. It can be removed.", options.Notices);
    }

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("Info", LogLevel.Information)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("warning", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    [InlineData("dpanic", LogLevel.Critical)]
    [InlineData("panic", LogLevel.Critical)]
    [InlineData("FATAL", LogLevel.Critical)]
    [InlineData("", LogLevel.Information)]
    public void LogLevel_OfTheOriginal_IsUnderstood(string text, LogLevel level) =>
        Assert.Equal(level, Loading.Load(Loading.Minimal + $"log_level: {text}\n").LogLevel);

    [Theory]
    [InlineData("8091")]
    [InlineData("\"8091\"")]
    [InlineData("'8091'")]
    [InlineData("!!str 8091")]
    public void Port_AsNumberOrText_IsTheSame(string port) =>
        Assert.Equal(8091, Loading.Load(Loading.Minimal + $"prometheus: {{ port: {port} }}\n").Prometheus.Port);

    [Fact]
    public void FileWithOnlyAProject_IsComplete()
    {
        var options = Loading.Load(Loading.Minimal);

        Assert.Equal(StorageProvider.embedded, options.Storage.Provider);
        Assert.Equal("sie-creation-subscription", options.PubSub.InstanceCreationSubscriptionName);
    }
}
