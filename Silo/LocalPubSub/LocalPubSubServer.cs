using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// A Pub/Sub endpoint on loopback for trials and tests: the gRPC and REST calls of the real service that this product uses, on one port.
/// It reads no configuration of its own.
/// </summary>
internal sealed class LocalPubSubServer : IAsyncDisposable
{
    // 10 MiB of data in base64 are 14 MB. The rest is for JSON, line breaks and attributes.
    private const int MaxRequestBytes = 16 * 1024 * 1024;

    private readonly WebApplication _app;

    private LocalPubSubServer(WebApplication app, LocalBroker broker, int port)
    {
        _app = app;
        Broker = broker;
        Port = port;
    }

    public int Port { get; }

    public LocalBroker Broker { get; }

    /// <exception cref="InvalidOperationException">The port cannot be bound. The message names the key and says what to do.</exception>
    public static async Task<LocalPubSubServer> StartAsync(LocalPubSubSettings settings, CancellationToken ct)
    {
        var broker = new LocalBroker(settings.Time);
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

    /// <summary>Ends waiting pulls and connections. Messages that are not acked are lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void MakeReady(LocalBroker broker, IReadOnlyList<(string Topic, string Subscription)> ready)
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
    private static WebApplication Build(LocalPubSubSettings settings, LocalBroker broker, SharedPort port)
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
        app.MapFallback("{**path}", AnswerNotOfferedAsync);
        return app;
    }

    /// <summary>Answers a request that no method takes: UNIMPLEMENTED, with what was requested and what to use instead.</summary>
    private static Task AnswerNotOfferedAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = request.Path.Value ?? "";
        if (ContentTypes.IsGrpc(request.ContentType))
        {
            response.ContentType = "application/grpc";
            var status = PubSubErrors.NotOffered(path.TrimStart('/')).Status;
            response.Headers["grpc-status"] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
            response.Headers["grpc-message"] = string.Concat(Encoding.UTF8.GetBytes(status.Detail).Select(Escaped));
            return Task.CompletedTask;
        }

        return path.StartsWith("/v1/", StringComparison.Ordinal)
            ? RestErrors.WriteAsync(context, PubSubErrors.NotOffered($"{request.Method} {path}"))
            : RestErrors.WriteAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND",
                $"The local Pub/Sub has no {request.Method} {path}. Its REST API is below /v1/projects/, and docs/local.md says what it has.");
    }

    // As gRPC over HTTP/2 requires. Node's client does not decode %2F, so only the necessary bytes are escaped.
    private static string Escaped(byte one) => one is >= 0x20 and <= 0x7e and not (byte)'%' ? ((char)one).ToString() : $"%{one:X2}";

    /// <summary>Kestrel sends no body for a HEAD request.</summary>
    private static Task AnswerHeadAsGet(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    }
}

/// <summary>How a local Pub/Sub is started.</summary>
internal sealed record LocalPubSubSettings
{
    /// <summary>The loopback port, configuration key <c>local.pubsub_port</c>; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock for ack deadlines, back-off, long polls and publish times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets one line at the start, and the warnings and errors of the HTTP server.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Full names of topics and a subscription of each that exist from the start. A topic may appear more than once.</summary>
    public IReadOnlyList<(string Topic, string Subscription)> Ready { get; init; } = [];
}

/// <summary>Lets the inner web application log through the host's logging, behind its own filter.</summary>
internal sealed class ForwardingLoggerProvider(ILoggerFactory target) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => target.CreateLogger(categoryName);

    /// <summary>The factory belongs to the host, so it is not disposed.</summary>
    public void Dispose()
    {
    }
}

/// <summary>
/// Leaves the signals of the process to <c>StopRequest</c>. A host's default lifetime handles them too: the local Pub/Sub would
/// refuse acks while the silo still settles messages, and a second signal would have no effect.
/// </summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Log lines of the local Pub/Sub. Event ids 300 to 319.</summary>
internal static partial class LocalLog
{
    [LoggerMessage(EventId = 300, EventName = "LocalPubSubListening", Level = LogLevel.Information,
        Message = "The local Pub/Sub listens on http://{EndPoint}, gRPC and REST; it keeps nothing when the process ends")]
    public static partial void Listening(ILogger logger, IPEndPoint endPoint);
}
