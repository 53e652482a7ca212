using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.Configuration;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>Which ports a start takes, and what it says of those that it cannot have.</summary>
public sealed class PortTests
{
    private const string Minimal = "project_name: example-project\n";

    [Theory]
    [InlineData(null, 0)]
    [InlineData(Minimal, 0)]
    [InlineData(Minimal + "clustering: { silo_port: 11111 }", 11111)]
    [InlineData(Minimal + "clustering: { provider: redis }\nstorage: { provider: redis, redis: { connection_string: \"a:6379\" } }", 11111)]
    public void SiloPort_ThatNobodyAskedFor_IsAFreeOneUnlessOthersMustReachIt(string? file, int port) =>
        Assert.Equal(port, Loading.Load(file).Clustering.SiloPort);

    [Fact]
    public void SiloPort_ThatIsSetAndTaken_IsRefused()
    {
        using var other = Taken(out var port);
        var options = new SieOptions { Prometheus = new() { Port = 0 }, Local = new() { PubSubPort = 0 }, Clustering = new() { SiloPort = port } };

        Assert.Contains($"clustering.silo_port: port {port} is taken", Assert.Single(Ports.Taken(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void MetricsPort_OfAllAddresses_IsRefusedWhereIPv4AloneHasIt()
    {
        using var other = Taken(out var port);
        var options = new SieOptions { Prometheus = new() { Port = port, Address = PrometheusOptions.AnyAddress }, Local = new() { PubSubPort = 0 } };

        Assert.Contains("prometheus.port", Assert.Single(Ports.Taken(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void Address_ThatTheMachineDoesNotHave_IsRefusedByItsKey()
    {
        var options = new SieOptions { Prometheus = new() { Port = LoopbackPorts.Free(), Address = "192.0.2.1" }, Local = new() { PubSubPort = 0 } };

        Assert.Equal(
            ["prometheus.address: 192.0.2.1 is not an address of this machine; set one that is with prometheus.address or SIE__PROMETHEUS__ADDRESS."],
            Ports.Taken(options));
    }

    [Theory]
    [InlineData("[::1]:6379", "[::1]:6379")]
    [InlineData("[fd00::7]:6380,ssl=true", "[fd00::7]:6380")]
    [InlineData("10.0.0.7:6379,[fd00::7]:6379", "10.0.0.7:6379, [fd00::7]:6379")]
    public void Redis_OfAnIPv6Address_IsUnderstood(string text, string name)
    {
        Assert.True(RedisConnectionString.IsLegal(text));
        var options = RedisClient.From(text);

        Assert.Equal(name, RedisClient.NameOf(options));
        Assert.All(options.EndPoints, endPoint => Assert.IsType<IPEndPoint>(endPoint));
    }

    [SystemFact]
    public async Task LocalMode_WhileThePortOfSilosIsTaken_TakesAnother()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, ClusteringOptions.SharedSiloPort);
        try
        {
            other.Start();
        }
        catch (SocketException)
        {
            // Then another process has it, which is as good.
        }

        var metrics = LoopbackPorts.Free();
        await using var silo = SiloProcess.Start(folder.Path, metrics, new Dictionary<string, string>
        {
            ["SIE__PROMETHEUS__PORT"] = Text(metrics),
            ["SIE__LOCAL__PUBSUB_PORT"] = Text(LoopbackPorts.Free()),
        });

        await silo.ReadyAsync();
    }

    private static TcpListener Taken(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
