using System.Globalization;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.Configuration;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>A Redis whose certificate is of an authority that no system knows, as with encryption in transit of a managed one.</summary>
[Collection(nameof(FailureRows))]
public sealed class TlsRedisTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new();
    private readonly int _port = LoopbackPorts.Free();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [SystemFact]
    public async Task Redis_OfAnAuthorityOfItsOwn_IsTrustedByItsCertificateAlone()
    {
        using var redis = await StartAsync(_authority.Issue(), asksForCertificate: true);
        await using var pubSub = await LocalPubSubServer.StartAsync(new LocalPubSubSettings { Ready = [] }, TestContext.Current.CancellationToken);
        SiloProcess Start(Dictionary<string, string>? more) => SiloProcess.StartOnRedis(
            _folder.Path, "example-tls", $"127.0.0.1:{Text(_port)},ssl=true", $"127.0.0.1:{pubSub.Port}", isMember: true, more: more);

        await using var stranger = Start(null);
        await using var silo = Start(new()
        {
            ["SIE__STORAGE__REDIS__CA_FILE"] = Write("ca.crt", _authority.Pem),
            ["SIE__STORAGE__REDIS__CLIENT_CERTIFICATE_FILE"] = Write("client.pem", _authority.Issue()),
        });

        await Eventually.IsAsync(silo.ReadinessAsync, answer => answer?.Contains("cannot be pulled", StringComparison.Ordinal) == true);
        Assert.Equal(1, (await silo.MetricsAsync())!["sie_store_available"]);
        // Of several connections the client tells the cause to one at least.
        await Eventually.IsAsync(
            async () => stranger.Output + await stranger.ReadinessAsync(),
            text => text.Contains("its TLS certificate is of an authority that is not trusted here: give the authority's certificate by ca_file", StringComparison.Ordinal));
        Assert.Equal(0, (await stranger.MetricsAsync())!["sie_store_available"]);
    }

    [SystemTheory]
    [InlineData("trusted", null)]
    [InlineData("another host name", "its TLS certificate is of another host name: connect by a name that it holds, or add sslHost= with one to the connection string")]
    [InlineData("sslHost", null)]
    [InlineData("unknown authority", "its TLS certificate is of an authority that is not trusted here: give the authority's certificate by ca_file")]
    [InlineData("another authority", "its TLS certificate is of an authority that is not trusted here: give the authority's certificate by ca_file")]
    [InlineData("no client certificate", "it refuses the TLS client certificate, or asks for one where none is given: give the right one by client_certificate_file and client_key_file")]
    [InlineData("a strange client certificate", "it refuses the TLS client certificate, or asks for one where none is given: give the right one by client_certificate_file and client_key_file")]
    [InlineData("plain port", "it does not answer the TLS handshake: give its TLS port, or take ssl=true out of the connection string")]
    [InlineData("TLS port", "it closes the connection before it answers: if it speaks TLS on this port, add ssl=true to the connection string")]
    public async Task Handshake_ThatFails_TellsItsCauseAndTheRemedy(string way, string? reason)
    {
        var isElsewhere = way is "another host name" or "sslHost";
        using var redis = await StartAsync(_authority.Issue(isElsewhere ? "redis.example.org" : null), asksForCertificate: way.Contains("client", StringComparison.Ordinal));
        var port = way == "plain port" ? redis.Port : _port;
        var settings = Settings(way, port);

        await Eventually.IsAsync(() => ReasonAsync(settings, reason ?? "none"), told => told == (reason ?? "none"));
    }

    private RedisOptions Settings(string way, int port)
    {
        var connection = way switch
        {
            "TLS port" => $"127.0.0.1:{Text(port)}",
            "sslHost" => $"127.0.0.1:{Text(port)},ssl=true,sslHost=redis.example.org",
            _ => $"127.0.0.1:{Text(port)},ssl=true",
        };
        var files = new Dictionary<string, string> { ["/ca"] = (way == "another authority" ? _stranger : _authority).Pem, ["/client"] = _stranger.Issue() };
        List<(string, string)> variables = [("SIE__STORAGE__REDIS__CONNECTION_STRING", connection)];
        if (way is not ("unknown authority" or "TLS port"))
        {
            variables.Add(("SIE__STORAGE__REDIS__CA_FILE", "/ca"));
        }

        if (way == "a strange client certificate")
        {
            variables.Add(("SIE__STORAGE__REDIS__CLIENT_CERTIFICATE_FILE", "/client"));
        }

        return Loading.LoadWith(files, null, [.. variables]).Storage.Redis;
    }

    private Task<RedisServer> StartAsync(string certificate, bool asksForCertificate)
    {
        var file = Write("server.pem", certificate);
        return RealParts.RedisAsync(
            _folder.Path,
            [
                "--appendonly", "yes", "--appendfsync", "always", "--tls-port", Text(_port), "--tls-cert-file", file, "--tls-key-file", file,
                "--tls-auth-clients", asksForCertificate ? "yes" : "no", "--tls-ca-cert-file", Write("authority.crt", _authority.Pem),
            ]);
    }

    private string Write(string name, string content)
    {
        var file = Path.Combine(_folder.Path, name);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>What a new client tells, and tells again where it is as expected. The client does not know the cause each time.</summary>
    private static async Task<string> ReasonAsync(RedisOptions settings, string expected)
    {
        await using var probe = new RedisProbe(RedisClient.From(settings), "probe");
        var first = await ReasonAsync(probe);
        return first == expected ? await ReasonAsync(probe) : first;
    }

    private static async Task<string> ReasonAsync(RedisProbe probe)
    {
        try
        {
            await probe.WriteAsync(TestContext.Current.CancellationToken);
            return "none";
        }
        catch (RedisException failure)
        {
            return failure.Message;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
