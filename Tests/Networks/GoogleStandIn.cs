using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing.Kubernetes;

namespace OrleansSie.Tests.Networks;

/// <summary>
/// Where a proxy leads to all of Google's names: it accepts CONNECT as a further proxy would, and then is the server itself, with TLS:
/// tokens, Pub/Sub of a local broker, and a Compute API without instances.
/// </summary>
internal sealed class GoogleStandIn : IAsyncDisposable
{
    private const string Token = "the-token";

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private GoogleStandIn(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
    }

    public LocalBroker Broker { get; } = new(TimeProvider.System);

    /// <summary>host:port of every tunnel that was asked for.</summary>
    public ConcurrentDictionary<string, bool> Tunnels { get; } = new();

    /// <summary>Host and path of requests that had no token, but the one for it.</summary>
    public ConcurrentQueue<string> WithoutToken { get; } = new();

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>What a client has to trust.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<GoogleStandIn> StartAsync()
    {
        var certificate = FakeCertificate.Create("pubsub.googleapis.com", "compute.googleapis.com", "oauth2.googleapis.com");
        var builder = WebApplication.CreateSlimBuilder();
        GoogleStandIn? standIn = null;
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Use(next => connection => standIn!.TunnelAsync(connection, next));
            listen.UseHttps(certificate);
            listen.Protocols = HttpProtocols.Http1AndHttp2;
        }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_ => standIn!.Broker).AddSingleton<SubscriberService>();
        standIn = new GoogleStandIn(builder.Build(), certificate);
        standIn._app.Use(standIn.WatchAsync);
        standIn._app.MapGrpcService<SubscriberService>();
        standIn._app.MapPost("/token", () => new Dictionary<string, object> { ["access_token"] = Token, ["expires_in"] = 3600, ["token_type"] = "Bearer" });
        standIn._app.MapGet("/compute/v1/{**path}", () => new Dictionary<string, object> { ["items"] = new Dictionary<string, object>() });
        await standIn._app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        Broker.Dispose();
        _certificate.Dispose();
    }

    private async Task TunnelAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
            var head = Encoding.ASCII.GetString(read.Buffer.ToArray());
            var end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 && read.IsCompleted)
            {
                return;
            }

            connection.Transport.Input.AdvanceTo(end < 0 ? read.Buffer.Start : read.Buffer.GetPosition(end + 4), end < 0 ? read.Buffer.End : read.Buffer.GetPosition(end + 4));
            if (end >= 0)
            {
                Tunnels[head.Split(' ')[1]] = true;
                break;
            }
        }

        await connection.Transport.Output.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), connection.ConnectionClosed);
        await next(connection);
    }

    private Task WatchAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path != "/token" && http.Request.Headers.Authorization != $"Bearer {Token}")
        {
            WithoutToken.Enqueue(http.Request.Host + http.Request.Path);
        }

        return next(http);
    }
}
