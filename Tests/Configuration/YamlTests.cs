using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>What the file may look like, and what is said of one that cannot be used.</summary>
public sealed class YamlTests
{
    private const string NotYaml = "mend it there: indent with spaces, and quote text that holds ': ' or ' #' or begins with a special character";

    [Theory]
    [InlineData("prometheus:\n  prot: 1", "unknown key 'prometheus.prot' (line 3): did you mean 'prometheus.port'?")]
    [InlineData("Log-Level: info", "unknown key 'Log-Level' (line 2): did you mean 'log_level'?")]
    [InlineData("prometeus:\n  port: 1", "unknown key 'prometeus' (line 2): did you mean 'prometheus'?")]
    [InlineData("port: 1", "unknown key 'port' (line 2): did you mean 'prometheus.port'?")]
    [InlineData("pubsub:\n  instanceCreationSubscriptionName: a", "unknown key 'pubsub.instanceCreationSubscriptionName' (line 3): did you mean 'pubsub.instance_creation_subscription_name'?")]
    [InlineData("provider: redis", "unknown key 'provider' (line 2): remove it; docs/configuration.md lists every key")]
    [InlineData("cloud: {a: [1, {b: 2}], c: 3}", "unknown key 'cloud' (line 2): remove it; docs/configuration.md lists every key")]
    [InlineData("'pass=word': 1", "unknown key that is not shown here (line 2): remove it; docs/configuration.md lists every key")]
    [InlineData("? [a, b]\n: 1", "unknown key that is not shown here (line 2): remove it; docs/configuration.md lists every key")]
    [InlineData("log_format: text\nlog_level: info\nlog_format: json", "log_format stands on line 2 and again on line 4: keep one of them")]
    [InlineData("storage: {path: a}\nstorage: {path: b}", "storage stands on line 2 and again on line 3: keep one of them")]
    [InlineData("log_level: [info]", "log_level (line 2) is a list: give debug, info, warn or error")]
    [InlineData("log_level:\n  level: info", "log_level (line 2) is a section: give debug, info, warn or error")]
    [InlineData("local: 8085", "local (line 2) is a single value: it is a section: give local.pubsub_port")]
    [InlineData("local:\n- pubsub_port: 1", "local (line 2) is a list: it is a section: give local.pubsub_port")]
    [InlineData("log_format: true", "log_format (line 2) is the boolean true: give text or json")]
    [InlineData("cluster_name: False", "cluster_name (line 2) is the boolean False: give any text on one line, in quotes if the word itself is meant")]
    [InlineData("log_format: yes", "log_format (line 2) is 'yes': give text or json")]
    [InlineData("log_format: ''", "log_format (line 2) is '': give text or json")]
    [InlineData("log_format: 'null'", "log_format (line 2) is 'null': give text or json")]
    [InlineData("log_format: *nothing", "log_format (line 2) refers to an anchor that the file does not set before: write the value itself")]
    [InlineData("---\nlog_format: text", "the file holds a second document (line 3): remove it and the '---' before it")]
    public void File_WithAFault_IsRefused(string text, string fault) => Assert.Equal([fault], Loading.Faults(Loading.Minimal + text));

    [Theory]
    [InlineData("project_name: p\nprometheus: { port: 1", 3, 1)]
    [InlineData("project_name: p\nprometheus:\n\tport: 1", 3, 1)]
    [InlineData("project_name: [p\nlog_level: info\n", 2, 1)]
    [InlineData("project_name: p\nlog_level: !!x[ info\n", 2, 16)]
    [InlineData("project_name: p\nlog_level: info\n\0", 3, 1)]
    [InlineData("project_name: p\nlog_level: a: b", 2, 13)]
    [InlineData("project_name: 'p", 1, 15)]
    public void File_ThatIsNotYaml_IsRefusedWithThePlace(string text, int line, int column) => Assert.Equal(
        [$"CONFIG_PATH is '/etc/sie/config.yaml', which is not YAML (line {line}, column {column}): {NotYaml}"], Loading.Faults(text));

    [Theory]
    [InlineData("just text", "a single value")]
    [InlineData("- project_name: p", "a list")]
    public void File_WithoutKeys_IsRefused(string text, string kind) => Assert.Contains(
        $"the file holds {kind} (line 1) where keys belong: write lines of the form 'project_name: example-project'", Loading.Faults(text));

    [Fact]
    public void File_WithEmptySectionsAndNulls_HasDefaults()
    {
        var options = Loading.Load("project_name: p\nprometheus:\nstorage: {}\nlog_format: ~\nlocal: null\nclustering: { silo_name: Null }\n");

        Assert.Equal(8090, options.Prometheus.Port);
        Assert.Null(options.Clustering.SiloName);
    }

    [Fact]
    public void File_WithAnchors_MeansWhatTheyStandFor()
    {
        var options = Loading.Load("""
            project_name: &name example-project
            cluster_name: *name
            storage:
              redis: &redis { connection_string: "redis:6379" }
            clustering:
              redis: *redis
            """);

        Assert.Equal("example-project", options.ClusterName);
        Assert.Equal("redis:6379", options.Clustering.Redis.ConnectionString);
    }

    [Fact]
    public void File_WithAnAnchorInsideItself_IsRefused() => Assert.Equal(
        ["unknown key that is not shown here (line 2): remove it; docs/configuration.md lists every key"],
        Loading.Faults("project_name: p\nstorage: &s { redis: *s }\n"));

    [Fact]
    public void File_WithByteOrderMarkAndWindowsLineEnds_IsTheSame() =>
        Assert.Equal("p", Loading.Load("\uFEFFproject_name: p\r\nlog_level: debug\r\n").ProjectName);

    public static TheoryData<Exception, string> ReadFailures => new()
    {
        { new FileNotFoundException("secret"), "does not exist" },
        { new DirectoryNotFoundException("secret"), "does not exist" },
        { new UnauthorizedAccessException("secret"), "is a directory or may not be read by this user" },
        { new IOException("secret"), "cannot be read" },
        { new ArgumentException("secret"), "cannot be read" },
    };

    [Theory]
    [MemberData(nameof(ReadFailures))]
    public void File_ThatCannotBeRead_IsNeverLocalMode(Exception failure, string reason)
    {
        var environment = new Dictionary<string, string> { ["CONFIG_PATH"] = "/config.yaml", ["SIE__LOG_LEVEL"] = "loud" };

        var exception = Assert.Throws<Silo.Configuration.ConfigurationException>(
            () => Silo.Configuration.ConfigurationLoader.Load(environment, _ => throw failure));

        Assert.Equal(
            $"CONFIG_PATH is '/config.yaml', which {reason}: give the path of a readable YAML file\n"
                + "SIE__LOG_LEVEL is 'loud': give debug, info, warn or error",
            exception.Message);
    }
}
