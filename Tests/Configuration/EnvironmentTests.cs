using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>Every key has a variable, and the variable goes before the file.</summary>
public sealed class EnvironmentTests
{
    /// <summary>Two legal values a key, the first for the file and the second for the variable; neither is the default.</summary>
    private static readonly Dictionary<string, (string File, string Variable)> _values = new()
    {
        ["log_level"] = ("error", "warn"),
        ["log_format"] = ("text", "json"),
        ["project_name"] = ("from-file", "example.com:from-variable"),
        ["projects_only"] = ("true", "false"),
        ["cluster_name"] = ("a", "b"),
        ["pubsub.instance_creation_subscription_name"] = ("abc", "projects/p/subscriptions/abc"),
        ["pubsub.instance_interruption_subscription_name"] = ("abc", "projects/p/subscriptions/a%2Bc"),
        ["pubsub.message_retention"] = ("10m", "31d"),
        ["prometheus.port"] = ("9000", "0"),
        ["prometheus.path"] = ("/a", "/b/c"),
        ["prometheus.address"] = ("10.0.0.1", "::"),
        ["prometheus.cluster_label"] = ("cluster", "target_kubernetes_cluster"),
        ["metrics.drop_labels"] = ("zone", "project_id, reason"),
        ["metrics.max_clusters"] = ("1", "100000"),
        ["metrics.max_series_per_cluster"] = ("100", "1000000"),
        ["storm.begin_ratio"] = ("1", "0.1234"),
        ["storm.end_ratio"] = ("0.0001", "0.01"),
        ["storm.min_lost"] = ("1", "100000"),
        ["storage.provider"] = ("memory", "redis"),
        ["storage.path"] = ("/a", "/var/lib/sie"),
        ["storage.memory"] = ("16m", "1g"),
        ["storage.redis.connection_string"] = ("a:6379", "b:6379"),
        ["storage.redis.connection_string_file"] = ("/a", "/b"),
        ["storage.redis.user"] = ("a", "b"),
        ["storage.redis.password"] = ("a", "b"),
        ["storage.redis.password_file"] = ("/a", "/b"),
        ["storage.redis.ca_file"] = ("/pem/a", "/pem/b"),
        ["storage.redis.client_certificate_file"] = ("/pem/a", "/pem/b"),
        ["storage.redis.client_key_file"] = ("/pem/a", "/pem/b"),
        ["clustering.provider"] = ("localhost", "redis"),
        ["clustering.silo_port"] = ("1", "0"),
        ["clustering.gateway_port"] = ("30000", "65535"),
        ["clustering.cluster_id"] = ("a", "blue.1"),
        ["clustering.service_id"] = ("a", "b_2"),
        ["clustering.advertised_address"] = ("10.0.0.1", "fd00::7"),
        ["clustering.silo_name"] = ("a", "sie-0"),
        ["clustering.redis.connection_string"] = ("a:6379", "b:6379"),
        ["clustering.redis.connection_string_file"] = ("/a", "/b"),
        ["clustering.redis.user"] = ("a", "b"),
        ["clustering.redis.password"] = ("a", "b"),
        ["clustering.redis.password_file"] = ("/a", "/b"),
        ["clustering.redis.ca_file"] = ("/pem/a", "/pem/b"),
        ["clustering.redis.client_certificate_file"] = ("/pem/a", "/pem/b"),
        ["clustering.redis.client_key_file"] = ("/pem/a", "/pem/b"),
        ["clustering.kubernetes.config_map"] = ("a", "sie.members-1"),
        ["clustering.kubernetes.namespace"] = ("a", "spot-interruption-exporter"),
        ["compute.endpoint"] = ("http://127.0.0.1:8081", "https://compute-private.p.googleapis.com"),
        ["inventory.enabled"] = ("true", "false"),
        ["inventory.interval"] = ("30s", "90m"),
        ["inventory.filter"] = ("client", "server"),
        ["repair.enabled"] = ("true", "false"),
        ["attribution.timeout"] = ("2h", "14d"),
        ["instances.retention"] = ("30d", "61d"),
        ["clusters.retention"] = ("90d", "never"),
        ["local.pubsub_port"] = ("0", "8086"),
    };

    public static TheoryData<string> Keys => [.. ConfigurationKeys.All.Select(key => key.Path)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Variable_OfAnyKey_GoesBeforeTheFile(string path)
    {
        var key = ConfigurationKeys.All.Single(key => key.Path == path);
        var (inFile, inVariable) = _values[path];
        var file = (path == "project_name" ? string.Empty : Loading.Minimal) + Yaml(path, inFile);
        var connections = new Dictionary<string, string> { ["/a"] = "in-file:6379\n", ["/b"] = "in-variable:6379\n" };
        connections["/pem/a"] = connections["/pem/b"] = TestCertificate.Pem;
        (string, string)[] needed = path switch
        {
            "storage.redis.client_key_file" => [("SIE__STORAGE__REDIS__CLIENT_CERTIFICATE_FILE", "/pem/a")],
            "clustering.redis.client_key_file" =>
                [("SIE__CLUSTERING__REDIS__CONNECTION_STRING", "r:6379,ssl=true"), ("SIE__CLUSTERING__REDIS__CLIENT_CERTIFICATE_FILE", "/pem/a")],
            _ when path.StartsWith("clustering.redis.", StringComparison.Ordinal) && !path.Contains("connection", StringComparison.Ordinal) =>
                [("SIE__CLUSTERING__REDIS__CONNECTION_STRING", "r:6379,ssl=true")],
            "storage.provider" => [("SIE__STORAGE__REDIS__CONNECTION_STRING", "r:6379")],
            "clustering.provider" => [("SIE__STORAGE__PROVIDER", "redis"), ("SIE__STORAGE__REDIS__CONNECTION_STRING", "r:6379")],
            _ => [],
        };

        var fromFile = Loading.LoadWith(connections, file, needed);
        var fromVariable = Loading.LoadWith(connections, file, [.. needed, (key.Variable, $" {inVariable} ")]);

        Assert.Equal(key.IsSecret ? "***" : inFile, key.Show(fromFile));
        Assert.Equal(key.IsSecret ? "***" : inVariable, key.Show(fromVariable));
        if (path.Contains(".redis.connection", StringComparison.Ordinal))
        {
            var isFile = path.EndsWith("_file", StringComparison.Ordinal);
            Assert.Equal(isFile ? "in-file:6379" : "a:6379", Connection(fromFile, path));
            Assert.Equal(isFile ? "in-variable:6379" : "b:6379", Connection(fromVariable, path));
        }
    }

    [Fact]
    public void Variable_InAnotherCase_IsTheSame() =>
        Assert.Equal(9000, Loading.Load(null, ("sie__Prometheus__Port", "9000")).Prometheus.Port);

    [Fact]
    public void Variable_InTwoCases_IsRefused() => Assert.Equal(
        ["variable 'sie__log_level' is set twice, in upper and lower case: keep 'SIE__LOG_LEVEL'"],
        Loading.Faults(null, ("SIE__LOG_LEVEL", "info"), ("sie__log_level", "warn")));

    [Theory]
    [InlineData("SIE__PROMETHEUS__PROT", "did you mean 'SIE__PROMETHEUS__PORT'?")]
    [InlineData("SIE__PROMETHEUS_PORT", "did you mean 'SIE__PROMETHEUS__PORT'?")]
    [InlineData("SIE__PROMETHEUS__LOG_LEVEL", "did you mean 'SIE__LOG_LEVEL'?")]
    [InlineData("SIE__PROJECTS_0_NAME", "did you mean 'SIE__PROJECTS__0__NAME'?")]
    [InlineData("SIE_LOG_LEVEL", "did you mean 'SIE__LOG_LEVEL'?")]
    [InlineData("sie_log_level", "did you mean 'SIE__LOG_LEVEL'?")]
    [InlineData("SIE_PROMETHEUS_PORT", "did you mean 'SIE__PROMETHEUS__PORT'?")]
    [InlineData("SIE_PROMETHEUS_PROT", "did you mean 'SIE__PROMETHEUS__PORT'?")]
    [InlineData("SIE_STORAGE__REDIS_CONNECTION_STRING", "did you mean 'SIE__STORAGE__REDIS__CONNECTION_STRING'?")]
    [InlineData("SIE_PROJECTS_99_NAME", "did you mean 'SIE__PROJECTS__99__NAME'?")]
    [InlineData("SIE_SERVICE_HOSTS", "remove it; docs/configuration.md lists every variable")]
    [InlineData("SIE_PORT_8090_TCP", "remove it; docs/configuration.md lists every variable")]
    [InlineData("SIE_", "remove it; docs/configuration.md lists every variable")]
    [InlineData("SIE__TEST_SYSTEM", "remove it; docs/configuration.md lists every variable")]
    [InlineData("sie_test_system", "remove it; docs/configuration.md lists every variable")]
    [InlineData("SIE__STORAGE", "remove it; docs/configuration.md lists every variable")]
    [InlineData("SIE__", "remove it; docs/configuration.md lists every variable")]
    public void Variable_ThatOverridesNothing_IsRefused(string name, string remedy)
    {
        Assert.Equal([$"unknown variable '{name}': {remedy}"], Loading.Faults(null, (name, "1")));
        Assert.Equal([$"unknown variable '{name}': {remedy}"], Loading.Faults(null, (name, string.Empty)));
    }

    [Fact]
    public void Variables_ThatAreNotOurs_AreLeftAlone() =>
        Assert.Empty(Loading.Faults(null, ("SIE", "1"), ("SIEVE_PORT", "1"), ("PATH", "/bin"), ("ORLEANS_CLUSTER_ID", "x"), ("SIE_TEST_SYSTEM", "1")));

    [Theory]
    [InlineData("SIE")]
    [InlineData("SIE_ORLEANS_SIE")]
    [InlineData("SIE_PROMETHEUS")]
    [InlineData("SIE_SERVICE_PORT")]
    public void Variables_ThatKubernetesSetsForAService_AreLeftAlone(string service)
    {
        (string, string)[] links =
        [
            ($"{service}_SERVICE_HOST", "10.0.0.11"),
            ($"{service}_SERVICE_PORT", "8090"),
            ($"{service}_SERVICE_PORT_METRICS", "8090"),
            ($"{service}_PORT", "tcp://10.0.0.11:8090"),
            ($"{service}_PORT_8090_TCP", "tcp://10.0.0.11:8090"),
            ($"{service}_PORT_8090_TCP_PROTO", "tcp"),
            ($"{service}_PORT_8090_TCP_PORT", "8090"),
            ($"{service}_PORT_8090_TCP_ADDR", "10.0.0.11"),
            ($"{service}_PORT_53_UDP", "udp://10.0.0.11:53"),
        ];

        Assert.Empty(Loading.Faults(null, links));
        Assert.Equal(
            [$"unknown variable '{service}_SERVICE_NAME': remove it; docs/configuration.md lists every variable"],
            Loading.Faults(null, [.. links, ($"{service}_SERVICE_NAME", "x")]));
    }

    [Fact]
    public void BadValueInTheFile_UnderAGoodVariable_DoesNotMatter() =>
        Assert.Equal(1, Loading.Load(Loading.Minimal + "prometheus: { port: none }", ("SIE__PROMETHEUS__PORT", "1")).Prometheus.Port);

    [Fact]
    public void PodVariables_NameTheSilo_UnlessConfigured()
    {
        (string, string)[] pod = [("POD_IP", "10.0.0.7"), ("POD_NAME", "sie-1")];

        var fromPod = Loading.Load(Loading.Minimal, pod).Clustering;
        var configured = Loading.Load(Loading.Minimal + "clustering: { advertised_address: 10.0.0.8, silo_name: mine }", pod).Clustering;

        Assert.Equal(("10.0.0.7", "sie-1"), (fromPod.AdvertisedAddress, fromPod.SiloName));
        Assert.Equal(("10.0.0.8", "mine"), (configured.AdvertisedAddress, configured.SiloName));
        Assert.Equal(
            ["POD_IP is '0.0.0.0': give an IP address that the other silos can reach, such as 10.0.0.7"],
            Loading.Faults(Loading.Minimal, ("POD_IP", "0.0.0.0")));
    }

    private static string? Connection(SieOptions options, string path) =>
        path.StartsWith("storage", StringComparison.Ordinal) ? options.Storage.Redis.ConnectionString : options.Clustering.Redis.ConnectionString;

    private static string Yaml(string path, string value)
    {
        var parts = path.Split('.');
        var lines = parts.Select((part, depth) => new string(' ', depth * 2) + part + ":");
        return string.Join('\n', lines) + $" \"{value}\"\n";
    }
}
