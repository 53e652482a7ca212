using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>What each key takes and what it refuses, with the words that an operator reads.</summary>
public sealed class ValueTests
{
    private const string AnyPort = "a whole number from 1 to 65535, or 0 for any free port";
    private const string PortOrNone = "a whole number from 1 to 65535, or 0 for none";
    private const string Project =
        "a project's id, not its number: lower-case letters, digits and '-', beginning with a letter, such as example-project";

    private const string Subscription =
        "a subscription's name of 3 to 255 letters, digits and -_.~+% that begins with a letter and not with goog, "
        + "alone or as projects/{project}/subscriptions/{name}";

    private const string Path = "a path that begins with '/' and is not '/', '/healthz/live' or '/healthz/ready', such as /metrics";
    private const string Label = "a label name of letters, digits and '_' that begins with no digit and not with '__', other than le, quantile, window and the labels of sie_interruptions_total";
    private const string Address = "an IP address, such as 127.0.0.1, 0.0.0.0 for all IPv4 addresses, or :: for all addresses";
    private const string Labels =
        "none, or some of project_id, location, kubernetes_cluster, node_pool, zone, machine_type, provisioning_model, reason, with commas between them";
    private const string Clusters = "a whole number from 1 to 100000";
    private const string Memory = "a whole number with k, m or g (binary units), at least 16m, such as 64m";
    private const string Id = "1 to 63 letters, digits and '-', '_' or '.', beginning with a letter or digit";

    private const string Time = "a time as a whole number with s, m, h or d, from ";
    private const string Ratio = "a number above 0 and at most 1 with at most four decimals, such as 0.2";
    private const string Endpoint =
        "https://host or http://host, with a port if need be and without a path, such as https://compute.googleapis.com";

    [Theory]
    [InlineData("log_level", "verbose", "debug, info, warn or error")]
    [InlineData("log_level", "none", "debug, info, warn or error")]
    [InlineData("log_format", "xml", "text or json")]
    [InlineData("log_format", "1", "text or json")]
    [InlineData("log_format", "text,json", "text or json")]
    [InlineData("project_name", "Example", Project)]
    [InlineData("project_name", "123456", Project)]
    [InlineData("project_name", "my project", Project)]
    [InlineData("project_name", "projects/p", Project)]
    [InlineData("project_name", "p-", Project)]
    [InlineData("pubsub.instance_creation_subscription_name", "ab", Subscription)]
    [InlineData("pubsub.instance_creation_subscription_name", "1abc", Subscription)]
    [InlineData("pubsub.instance_creation_subscription_name", "goog-abc", Subscription)]
    [InlineData("pubsub.instance_interruption_subscription_name", "a b c", Subscription)]
    [InlineData("pubsub.instance_interruption_subscription_name", "projects/p/topics/abc", Subscription)]
    [InlineData("pubsub.instance_interruption_subscription_name", "projects/p/subscriptions/goog-x", Subscription)]
    [InlineData("prometheus.port", "65536", AnyPort)]
    [InlineData("prometheus.port", "-1", AnyPort)]
    [InlineData("prometheus.port", "8090.0", AnyPort)]
    [InlineData("prometheus.port", "0x1F9A", AnyPort)]
    [InlineData("prometheus.port", "08090", AnyPort)]
    [InlineData("prometheus.port", "8_090", AnyPort)]
    [InlineData("prometheus.port", "99999999999999999999", AnyPort)]
    [InlineData("prometheus.port", "٨٠٩٠", AnyPort)]
    [InlineData("prometheus.path", "metrics", Path)]
    [InlineData("prometheus.path", "/", Path)]
    [InlineData("prometheus.path", "/healthz/live", Path)]
    [InlineData("prometheus.path", "/Healthz/Ready/", Path)]
    [InlineData("prometheus.path", "//metrics", Path)]
    [InlineData("prometheus.path", "/{metrics}", Path)]
    [InlineData("prometheus.path", "/metrics?x", Path)]
    [InlineData("prometheus.address", "localhost", Address)]
    [InlineData("prometheus.address", "1", Address)]
    [InlineData("prometheus.address", "1.2.3.256", Address)]
    [InlineData("prometheus.address", "*", Address)]
    [InlineData("prometheus.cluster_label", "__cluster", Label)]
    [InlineData("prometheus.cluster_label", "le", Label)]
    [InlineData("prometheus.cluster_label", "quantile", Label)]
    [InlineData("prometheus.cluster_label", "window", Label)]
    [InlineData("prometheus.cluster_label", "zone", Label)]
    [InlineData("prometheus.cluster_label", "1cluster", Label)]
    [InlineData("prometheus.cluster_label", "kubernetes-cluster", Label)]
    [InlineData("metrics.drop_labels", "pod", Labels)]
    [InlineData("metrics.drop_labels", "zone,zone", Labels)]
    [InlineData("metrics.drop_labels", "zone,", Labels)]
    [InlineData("metrics.max_clusters", "0", Clusters)]
    [InlineData("metrics.max_clusters", "100001", Clusters)]
    [InlineData("metrics.max_clusters", "01000", Clusters)]
    [InlineData("metrics.max_clusters", "many", Clusters)]
    [InlineData("metrics.max_clusters", "99999999999999999999", Clusters)]
    [InlineData("storage.provider", "disk", "embedded, redis or memory")]
    [InlineData("storage.path", "a\tb", "a path")]
    [InlineData("storage.memory", "64", Memory)]
    [InlineData("storage.memory", "15m", Memory)]
    [InlineData("storage.memory", "16383k", Memory)]
    [InlineData("storage.memory", "64 MB", Memory)]
    [InlineData("clustering.provider", "consul", "localhost, redis or kubernetes")]
    [InlineData("clustering.silo_port", "http", AnyPort)]
    [InlineData("clustering.gateway_port", "70000", PortOrNone)]
    [InlineData("clustering.cluster_id", "a/b", Id)]
    [InlineData("clustering.service_id", "-a", Id)]
    [InlineData("clustering.advertised_address", "::", "an IP address that the other silos can reach, such as 10.0.0.7")]
    [InlineData("clustering.silo_name", "a:b", "1 to 253 letters, digits and '-', '_' or '.', beginning with a letter or digit")]
    [InlineData("clustering.kubernetes.config_map", "Members", "1 to 247 lower-case letters, digits and '-' or '.', beginning and ending with a letter or digit")]
    [InlineData("clustering.kubernetes.config_map", "a..b", "1 to 247 lower-case letters, digits and '-' or '.', beginning and ending with a letter or digit")]
    [InlineData("clustering.kubernetes.namespace", "a.b", "1 to 63 lower-case letters, digits and '-', beginning and ending with a letter or digit")]
    [InlineData("projects_only", "yes", "true or false")]
    [InlineData("inventory.enabled", "1", "true or false")]
    [InlineData("inventory.filter", "both", "client or server")]
    [InlineData("storm.begin_ratio", "0", Ratio)]
    [InlineData("storm.begin_ratio", "1.1", Ratio)]
    [InlineData("storm.end_ratio", "5%", Ratio)]
    [InlineData("storm.end_ratio", "0.00001", Ratio)]
    [InlineData("inventory.interval", "9s", Time + "10s to 1d")]
    [InlineData("inventory.interval", "25h", Time + "10s to 1d")]
    [InlineData("inventory.interval", "300", Time + "10s to 1d")]
    [InlineData("inventory.interval", "5M", Time + "10s to 1d")]
    [InlineData("inventory.interval", "05m", Time + "10s to 1d")]
    [InlineData("inventory.interval", "1h30m", Time + "10s to 1d")]
    [InlineData("inventory.interval", "00:05:00", Time + "10s to 1d")]
    [InlineData("attribution.timeout", "0s", Time + "1m to 14d")]
    [InlineData("instances.retention", "9999999d", Time + "14d to 3650d")]
    [InlineData("clusters.retention", "13d", "never, or " + Time + "14d to 3650d")]
    [InlineData("clusters.retention", "Never", "never, or " + Time + "14d to 3650d")]
    [InlineData("compute.endpoint", "compute.googleapis.com", Endpoint)]
    [InlineData("compute.endpoint", "https://compute.googleapis.com/", Endpoint)]
    [InlineData("compute.endpoint", "https://compute.googleapis.com/compute/v1", Endpoint)]
    [InlineData("compute.endpoint", "ftp://compute.googleapis.com", Endpoint)]
    [InlineData("compute.endpoint", "http://host:0", Endpoint)]
    [InlineData("compute.endpoint", "http://host:65536", Endpoint)]
    [InlineData("local.pubsub_port", "pubsub", AnyPort)]
    public void Value_ThatIsNotLegal_IsRefusedWithWhatWouldBe(string path, string value, string accepts)
    {
        var key = ConfigurationKeys.All.Single(key => key.Path == path);
        var shown = value.Any(char.IsControl) ? "a value that is not shown here" : $"'{value}'";
        (string, string)[] project = path == "project_name" ? [] : [("SIE__PROJECT_NAME", "p")];

        Assert.Equal([$"{key.Variable} is {shown}: give {accepts}"], Loading.Faults(null, [.. project, (key.Variable, value)]));
    }

    [Theory]
    [InlineData("project_name", "p")]
    [InlineData("project_name", "example.com:my-project-1")]
    [InlineData("pubsub.instance_creation_subscription_name", "a-_.~+%")]
    [InlineData("pubsub.instance_creation_subscription_name", "Goog")]
    [InlineData("pubsub.instance_creation_subscription_name", "projects/123456/subscriptions/abc")]
    [InlineData("prometheus.port", "1")]
    [InlineData("prometheus.port", "65535")]
    [InlineData("prometheus.path", "/bespoke-metrics-path")]
    [InlineData("prometheus.path", "/a/b.c_d~e/")]
    [InlineData("prometheus.address", "::1")]
    [InlineData("prometheus.cluster_label", "_x1")]
    [InlineData("metrics.drop_labels", "none")]
    [InlineData("metrics.drop_labels", "zone, machine_type, reason")]
    [InlineData("metrics.max_clusters", "1")]
    [InlineData("metrics.max_clusters", "100000")]
    [InlineData("storm.begin_ratio", "1")]
    [InlineData("storm.end_ratio", "0.0001")]
    [InlineData("storage.memory", "16384k")]
    [InlineData("storage.memory", "2G")]
    [InlineData("storage.path", "C:\\data dir")]
    [InlineData("inventory.interval", "10s")]
    [InlineData("inventory.interval", "1d")]
    [InlineData("inventory.interval", "90s")]
    [InlineData("instances.retention", "3650d")]
    [InlineData("clusters.retention", "45d")]
    [InlineData("compute.endpoint", "http://[::1]:8081")]
    public void Value_AtTheEdgeOfLegal_IsTaken(string path, string value)
    {
        var key = ConfigurationKeys.All.Single(key => key.Path == path);
        (string, string)[] project = path == "project_name" ? [] : [("SIE__PROJECT_NAME", "p")];

        Assert.Equal(value, key.Show(Loading.Load(null, [.. project, (key.Variable, value)])));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void SubscriptionName_HasPubSubsLength(int length, bool legal) =>
        Assert.Equal(legal, ValueFormats.Subscription.TryRead(new string('a', length), out _));

    [Fact]
    public void LongValue_IsNotRepeated() => Assert.Equal(
        ["SIE__LOG_FORMAT is a value that is not shown here: give text or json"], Loading.Faults(null, ("SIE__LOG_FORMAT", new string('x', 201))));

    [Fact]
    public void SameSubscriptionForBoth_IsPulledOnce()
    {
        var options = Loading.Load(Loading.Minimal + """
            pubsub:
              instance_creation_subscription_name: all-events
              instance_interruption_subscription_name: projects/example-project/subscriptions/all-events
            """);

        Assert.Equal(["projects/example-project/subscriptions/all-events"], options.Subscriptions);
    }
}
