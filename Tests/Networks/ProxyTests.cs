using System.Globalization;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.Compute;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>The program where the environment names a proxy.</summary>
public sealed class ProxyTests
{
    private const string Project = "projects/local-project";

    [SystemTheory]
    [InlineData("http_proxy", "HTTPS_PROXY")]
    [InlineData("ALL_PROXY")]
    public async Task LocalMode_BehindAProxyThatLeadsNowhere_BecomesReady(params string[] variables)
    {
        using var folder = new TemporaryFolder();
        var metrics = LoopbackPorts.Free();
        var environment = variables.ToDictionary(name => name, _ => $"http://127.0.0.1:{LoopbackPorts.Free()}");
        environment["no_proxy"] = "example.com";
        environment["SIE__PROMETHEUS__PORT"] = Text(metrics);
        environment["SIE__LOCAL__PUBSUB_PORT"] = Text(LoopbackPorts.Free());

        await using var silo = SiloProcess.Start(folder.Path, metrics, environment);

        await silo.ReadyAsync();
    }

    [SystemFact]
    public async Task Google_BehindARealProxyWithALogin_IsReachedByItAlone()
    {
        using var folder = new TemporaryFolder();
        await using var google = await GoogleStandIn.StartAsync();
        using var proxy = await ProxyProcess.StartAsync(folder.Path, google.Port);
        foreach (var kind in (string[])["creation", "interruption"])
        {
            google.Broker.CreateTopic(new Topic { Name = $"{Project}/topics/{kind}" });
            google.Broker.CreateSubscription(new Subscription { Name = $"{Project}/subscriptions/sie-{kind}-subscription", Topic = $"{Project}/topics/{kind}" });
        }

        await using var silo = await StartAsync(folder.Path, proxy, google);
        await silo.ReadyAsync();
        google.Broker.Publish($"{Project}/topics/creation", [new PubsubMessage { Data = ByteString.CopyFromUtf8(Entries.Creation()) }]);
        google.Broker.Publish($"{Project}/topics/interruption", [new PubsubMessage { Data = ByteString.CopyFromUtf8(Entries.Interruption()) }]);

        await Eventually.IsAsync(silo.MetricsAsync, m => m?.Interruptions("fake-cluster") == 1);
        await Eventually.IsAsync(
            () => Task.FromResult(string.Join(' ', google.Tunnels.Keys.Order(StringComparer.Ordinal))),
            tunnels => tunnels == "compute.googleapis.com:443 oauth2.googleapis.com:443 pubsub.googleapis.com:443");
        Assert.Empty(google.WithoutToken);
        Assert.DoesNotContain(ProxyProcess.Password, silo.Output, StringComparison.Ordinal);
    }

    private static async Task<SiloProcess> StartAsync(string folder, ProxyProcess proxy, GoogleStandIn google)
    {
        var (authority, key, metrics) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "key.json"), LoopbackPorts.Free());
        await File.WriteAllTextAsync(authority, google.CertificatePem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, CredentialFile.ServiceAccount("https://oauth2.googleapis.com/token"), TestContext.Current.CancellationToken);
        return SiloProcess.Start(folder, metrics, new Dictionary<string, string>
        {
            ["HTTPS_PROXY"] = proxy.Address,
            ["SSL_CERT_FILE"] = authority,
            ["GOOGLE_APPLICATION_CREDENTIALS"] = key,
            ["SIE__PROJECT_NAME"] = "local-project",
            ["SIE__PROMETHEUS__ADDRESS"] = "127.0.0.1",
            ["SIE__PROMETHEUS__PORT"] = Text(metrics),
        });
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
