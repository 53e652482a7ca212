using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>When the process brings its own Pub/Sub, and when that is refused.</summary>
public sealed class LocalModeTests
{
    private const string KubernetesFault =
        "nothing is configured, which means local mode, but this is Kubernetes (KUBERNETES_SERVICE_HOST is set): "
        + "set CONFIG_PATH to the path of the configuration file, or SIE__PROJECT_NAME to the project's id";

    [Fact]
    public void Nothing_IsLocalModeOnLoopback()
    {
        var options = Loading.Load(null);

        Assert.True(options.IsLocal);
        Assert.Null(options.Source);
        Assert.Equal("local-project", options.ProjectName);
        Assert.Equal("127.0.0.1", options.Prometheus.Address);
        Assert.Equal("projects/local-project/subscriptions/sie-creation-subscription", options.Subscriptions[0]);
        Assert.Equal(Loading.Shown(new SieOptions()), Loading.Shown(options));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void EmptyVariables_CountAsNotSet(string empty)
    {
        var options = Loading.Load(null, ("CONFIG_PATH", empty), ("SIE__PROJECT_NAME", empty), ("KUBERNETES_SERVICE_HOST", empty), ("SIE__LOG_LEVEL", empty));

        Assert.True(options.IsLocal);
    }

    [Fact]
    public void Overrides_WithoutAProject_KeepLocalMode()
    {
        var options = Loading.Load(null, ("SIE__PROMETHEUS__PORT", "0"), ("SIE__LOCAL__PUBSUB_PORT", "0"));

        Assert.True(options.IsLocal);
        Assert.Equal(0, options.Prometheus.Port);
        Assert.Equal(0, options.Local.PubSubPort);
    }

    [Fact]
    public void ProjectVariableAlone_IsACompleteConfiguration()
    {
        var options = Loading.Load(null, ("SIE__PROJECT_NAME", "example-project"), ("KUBERNETES_SERVICE_HOST", "10.0.0.1"));

        Assert.False(options.IsLocal);
        Assert.Equal("::", options.Prometheus.Address);
        Assert.Equal(
            ["projects/example-project/subscriptions/sie-creation-subscription", "projects/example-project/subscriptions/sie-interruption-subscription"],
            options.Subscriptions);
    }

    [Fact]
    public void NothingInKubernetes_IsRefused() =>
        Assert.Equal([KubernetesFault], Loading.Faults(null, ("KUBERNETES_SERVICE_HOST", "10.0.0.1")));

    [Fact]
    public void EmptyFile_IsAFileWithoutAProject()
    {
        string[] expected =
        [
            "project_name is missing: set it in the file, or SIE__PROJECT_NAME, to a project's id, not its number: "
                + "lower-case letters, digits and '-', beginning with a letter, such as example-project",
        ];

        Assert.Equal(expected, Loading.Faults(string.Empty));
        Assert.Equal(expected, Loading.Faults("# only a comment\n---\n"));
        Assert.Equal(expected, Loading.Faults("~"));
        Assert.Equal(expected, Loading.Faults("project_name: null\n"));
        Assert.False(Loading.Load(string.Empty, ("SIE__PROJECT_NAME", "example-project")).IsLocal);
    }

    [Fact]
    public void Emulator_InLocalMode_IsIgnoredWithANotice()
    {
        var options = Loading.Load(null, ("PUBSUB_EMULATOR_HOST", "not a host"));

        Assert.Null(options.PubSub.EmulatorHost);
        Assert.Contains("PUBSUB_EMULATOR_HOST is ignored in local mode. Unset it, or set SIE__PROJECT_NAME to use that emulator.", options.Notices);
    }

    [Theory]
    [InlineData("localhost:8085")]
    [InlineData("[::1]:8085")]
    [InlineData("pubsub-emulator.tools.svc:80")]
    public void Emulator_WithAProject_IsUsedWithANotice(string host)
    {
        var options = Loading.Load(null, ("SIE__PROJECT_NAME", "p"), ("PUBSUB_EMULATOR_HOST", host));

        Assert.Equal(host, options.PubSub.EmulatorHost);
        Assert.Contains(
            "PUBSUB_EMULATOR_HOST is set: messages come from that emulator, not from Google. Unset it in production.", options.Notices);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("http://localhost:8085")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData(":8085")]
    public void Emulator_ThatIsNoHostAndPort_IsRefused(string host) => Assert.Equal(
        [$"PUBSUB_EMULATOR_HOST is '{host}': give host:port, such as localhost:8085"],
        Loading.Faults(Loading.Minimal, ("PUBSUB_EMULATOR_HOST", host)));
}
