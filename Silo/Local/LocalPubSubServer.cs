using System.Net;
using System.Net.Sockets;
using Google.Cloud.PubSub.V1;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansSie.Silo.Hosting;

namespace OrleansSie.Silo.Local;

/// <summary>
/// A Pub/Sub endpoint on loopback for trying out and for tests: gRPC and REST of the real service, as far as this product uses it,
/// on one port. Reads no configuration of its own.
/// </summary>
internal sealed class LocalPubSubServer : IAsyncDisposable
{
    // 10 MiB of data in base64 are 14 MB; what is left admits JSON, line breaks and attributes.
    private const int MaxRequestBytes = 16 * 1024 * 1024;

    private readonly WebApplication _app;

    private LocalPubSubServer(WebApplication app, LocalPubSub broker, int port)
    {
        _app = app;
        Broker = broker;
        Port = port;
    }

    public int Port { get; }

    public LocalPubSub Broker { get; }

    /// <exception cref="InvalidOperationException">The port cannot be had; the message names the key and what to do.</exception>
    public static async Task<LocalPubSubServer> StartAsync(LocalPubSubSettings settings, CancellationToken ct)
    {
        var broker = new LocalPubSub(settings.Time);
        MakeReady(broker, settings.Ready);
        var port = await OpenAsync(settings, ct);
        var app = Build(settings, broker, port);
        var server = new LocalPubSubServer(app, broker, port.EndPoint.Port);
        try
        {
            await app.StartAsync(ct);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var logger = settings.Logging.CreateLogger<LocalPubSubServer>();
        LocalLog.Listening(logger, port.EndPoint);
        return server;
    }

    /// <summary>Ends waiting pulls and connections; what was not acked is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void MakeReady(LocalPubSub broker, IReadOnlyList<(string Topic, string Subscription)> ready)
    {
        foreach (var topic in ready.Select(pair => pair.Topic).Distinct())
        {
            broker.CreateTopic(new Topic { Name = topic });
        }

        foreach (var (topic, subscription) in ready)
        {
            broker.CreateSubscription(new Subscription { Name = subscription, Topic = topic });
        }
    }

    private static async Task<SharedPort> OpenAsync(LocalPubSubSettings settings, CancellationToken ct)
    {
        try
        {
            return await SharedPort.OpenAsync(settings.Port, ct);
        }
        catch (Exception failure) when (failure is AddressInUseException or SocketException)
        {
            throw new InvalidOperationException(
                $"local.pubsub_port: {new IPEndPoint(Loopback.Address, settings.Port)} cannot be listened on ({failure.Message}). Stop the process that has the "
                + "port, or set local.pubsub_port (SIE__LOCAL__PUBSUB_PORT) to another one; 0 takes any free port.", failure);
        }
    }

    // The empty builder reads no environment variable and no appsettings.json, so nothing can make it listen anywhere else.
    private static WebApplication Build(LocalPubSubSettings settings, LocalPubSub broker, SharedPort port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Listen(port.Http1, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(port.Http2, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new ForwardingLoggerProvider(settings.Logging));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<IConnectionListenerFactory>(_ => port);
        builder.Services.AddRouting();
        builder.Services.AddRequestDecompression();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxRequestBytes;
            grpc.IgnoreUnknownServices = true;
            grpc.Interceptors.Add<KnownFieldsOnly>();
        }).AddJsonTranscoding(json => json.JsonSettings.IgnoreDefaultValues = true);
        builder.Services.AddSingleton(_ => broker).AddSingleton<PublisherService>().AddSingleton<SubscriberService>();
        builder.Services.AddSingleton<IServiceMethodProvider<SubscriberService>, StreamingPullMethod>();

        var app = builder.Build();
        app.Use(AnswerHeadAsGet).UseRouting();
        app.UseMiddleware<LoopbackGuard>().UseRequestDecompression().UseMiddleware<RestBody>().UseMiddleware<RestErrors>();
        app.MapGrpcService<PublisherService>();
        app.MapGrpcService<SubscriberService>();
        app.MapFallback("{**path}", NotOffered.AnswerAsync);
        return app;
    }

    /// <summary>Kestrel sends no body to a HEAD, whatever is written.</summary>
    private static Task AnswerHeadAsGet(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    }
}
