using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>The program, by its own ports and addresses, on machines with one version of IP and with both.</summary>
public sealed class ListenerTests
{
    [SystemTheory]
    [InlineData("ipv4", "127.0.0.1")]
    [InlineData("ipv6", "[::1]")]
    [InlineData("both", "127.0.0.1", "[::1]")]
    public async Task LocalMode_AndASiloOfACluster_AreReadyAndServeOnEveryAddress(string kind, params string[] loopbacks)
    {
        var binary = RealParts.Program("redis-server", "redis-server");
        using var network = NetworkNamespace.Create(kind);
        using var folder = new TemporaryFolder();
        var (local, redisFolder) = (Directory.CreateDirectory(Path.Combine(folder.Path, "local")), Directory.CreateDirectory(Path.Combine(folder.Path, "redis")));
        var bare = loopbacks[^1].Trim('[', ']');
        using var redis = network.Start(redisFolder.FullName, binary, "--bind", bare, "--save", "", "--appendonly", "yes", "--appendfsync", "always");
        try
        {
            await using var localMode = SiloProcess.Start(local.FullName, 0, new Dictionary<string, string>(), prefix: network.Prefix);
            await using var silo = SiloProcess.Start(
                folder.Path,
                0,
                new Dictionary<string, string>
                {
                    ["PUBSUB_EMULATOR_HOST"] = $"{loopbacks[0]}:8085",
                    ["SIE__PROJECT_NAME"] = "local-project",
                    ["SIE__PROMETHEUS__PORT"] = "9090",
                    ["SIE__STORAGE__PROVIDER"] = "redis",
                    ["SIE__STORAGE__REDIS__CONNECTION_STRING"] = $"{loopbacks[^1]}:6379",
                    ["SIE__CLUSTERING__PROVIDER"] = "redis",
                    ["SIE__CLUSTERING__ADVERTISED_ADDRESS"] = bare,
                },
                prefix: network.Prefix);

            await Eventually.IsAsync(() => network.GetAsync($"http://{loopbacks[0]}:8090/healthz/ready"), answer => answer == "ready\n");
            foreach (var loopback in loopbacks)
            {
                await Eventually.IsAsync(() => network.GetAsync($"http://{loopback}:9090/healthz/ready"), answer => answer == "ready\n");
                Assert.Contains("sie_ready 1", await network.GetAsync($"http://{loopback}:9090/metrics"), StringComparison.Ordinal);
            }
        }
        finally
        {
            redis.Kill();
            await redis.WaitForExitAsync(CancellationToken.None);
        }
    }
}
