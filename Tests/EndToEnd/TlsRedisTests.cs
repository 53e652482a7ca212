using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using OrleansSie.Bench.Chaos.Parts;
using OrleansSie.Silo.Local;
using OrleansSie.Tests.Failures;
using OrleansSie.Tests.Kubernetes.Server;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>A Redis whose certificate is of an authority that no system knows, as with encryption in transit of a managed one.</summary>
[Collection(nameof(FailureRows))]
public sealed class TlsRedisTests
{
    // The variable that the chart sets for storage.existingSecret.caKey.
    private const string Authority = "SERedis_IssuerCertPath";

    [SystemFact]
    public async Task Redis_OfAnAuthorityOfItsOwn_IsTrustedByItsCertificateAlone()
    {
        using var folder = new TemporaryFolder();
        using var certificate = FakeCertificate.Create();
        var (authority, key) = (Path.Combine(folder.Path, "ca.crt"), Path.Combine(folder.Path, "server.key"));
        await File.WriteAllTextAsync(authority, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        var port = LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture);
        using var redis = await RealParts.RedisAsync(
            folder.Path,
            ["--appendonly", "yes", "--appendfsync", "always", "--tls-port", port, "--tls-cert-file", authority, "--tls-key-file", key, "--tls-auth-clients", "no", "--tls-ca-cert-file", authority]);
        await using var pubSub = await LocalPubSubServer.StartAsync(new LocalPubSubSettings { Ready = [] }, TestContext.Current.CancellationToken);
        SiloProcess Start(Dictionary<string, string>? more) => SiloProcess.StartOnRedis(
            folder.Path, "example-tls", $"127.0.0.1:{port},ssl=true", $"127.0.0.1:{pubSub.Port}", isMember: true, more: more);

        await using var stranger = Start(null);
        await using var silo = Start(new() { [Authority] = authority });

        await Eventually.IsAsync(silo.ReadinessAsync, answer => answer?.Contains("cannot be pulled", StringComparison.Ordinal) == true);
        Assert.Equal(1, (await silo.MetricsAsync())!["sie_store_available"]);
        // It has tried; its client words the reason in several ways, by which step of the handshake was first to end.
        await Eventually.IsAsync(() => Task.FromResult(stranger.Output), text => text.Contains($"the store at 127.0.0.1:{port} cannot be written", StringComparison.Ordinal));
        Assert.Equal(0, (await stranger.MetricsAsync())!["sie_store_available"]);
    }
}
