using Google.Cloud.PubSub.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Orleans.Streaming.PubSub;

/// <summary>Pub/Sub over gRPC: the only class that uses the generated client.</summary>
internal sealed class GrpcPubSubApi : PubSubApi, IDisposable
{
    private static readonly TimeSpan _pullDeadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _callDeadline = TimeSpan.FromSeconds(10);
    private static readonly Grpc.Core.Metadata _noHeaders = [];

    private readonly GrpcChannel _channel;
    private readonly Subscriber.SubscriberClient _client;
    private readonly GoogleCredentials? _credentials;
    private readonly TimeProvider _time;

    public GrpcPubSubApi(PubSubStreamOptions options, TimeProvider time)
    {
        _time = time;
        _credentials = options.EmulatorHost is null ? new GoogleCredentials(GoogleCredentials.PubSubScope) : null;
        var address = new Uri(options.EmulatorHost is { } host ? "http://" + host : options.Endpoint);
        _channel = GrpcChannel.ForAddress(address, ChannelOptions(Handler(address, isEmulator: options.EmulatorHost is not null)));
        _client = new Subscriber.SubscriberClient(_channel);
    }

    public override async Task<IReadOnlyList<PulledMessage>> PullAsync(string subscription, int maxMessages, bool waits, CancellationToken cancellation)
    {
        try
        {
            var request = new PullRequest { Subscription = subscription, MaxMessages = maxMessages, ReturnImmediately = !waits };
            var response = await _client.PullAsync(request, await OptionsAsync(_pullDeadline, cancellation));
            var messages = new PulledMessage[response.ReceivedMessages.Count];
            for (var i = 0; i < messages.Length; i++)
            {
                messages[i] = Read(subscription, response.ReceivedMessages[i]);
            }

            return messages;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
        {
            return [];
        }
        catch (RpcException e)
        {
            throw Translate(e, subscription, cancellation);
        }
    }

    public override async Task AcknowledgeAsync(string subscription, IReadOnlyList<string> ackIds, CancellationToken cancellation)
    {
        try
        {
            var request = new AcknowledgeRequest { Subscription = subscription, AckIds = { ackIds } };
            await _client.AcknowledgeAsync(request, await OptionsAsync(_callDeadline, cancellation));
        }
        catch (RpcException e)
        {
            throw Translate(e, subscription, cancellation);
        }
    }

    public override async Task ModifyAckDeadlineAsync(string subscription, IReadOnlyList<string> ackIds, int seconds, CancellationToken cancellation)
    {
        try
        {
            var request = new ModifyAckDeadlineRequest { Subscription = subscription, AckIds = { ackIds }, AckDeadlineSeconds = seconds };
            await _client.ModifyAckDeadlineAsync(request, await OptionsAsync(_callDeadline, cancellation));
        }
        catch (RpcException e)
        {
            throw Translate(e, subscription, cancellation);
        }
    }

    public void Dispose() => _channel.Dispose();

    /// <summary>
    /// Keep-alive pings find a dead connection under a waiting Pull. Google is reached through the environment's proxy, if there is one. An
    /// emulator, or an address of this machine, is not.
    /// </summary>
    internal static SocketsHttpHandler Handler(Uri address, bool isEmulator) => new()
    {
        UseProxy = !isEmulator && !address.IsLoopback,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };

    /// <summary>
    /// A Pull may answer with MaxPullMessages messages of 10 MB each. An answer above the client's limit fails each time, while its
    /// messages stay leased, so a limit could stop a subscription for good. The number of requested messages limits memory instead. The
    /// limit here is the largest message that protobuf can hold. The whole client is passed, not only a handler: with a bare handler gRPC
    /// opens its own connections to the address, which fail where the only way out is a proxy.
    /// </summary>
    private static GrpcChannelOptions ChannelOptions(SocketsHttpHandler handler) => new()
    {
        MaxReceiveMessageSize = int.MaxValue,
        MaxSendMessageSize = 1024 * 1024,
        DisposeHttpClient = true,
        HttpClient = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan },
    };

    private static PulledMessage Read(string subscription, ReceivedMessage received)
    {
        var message = received.Message ?? new PubsubMessage();
        var published = message.PublishTime?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
        return new PulledMessage(
            received.AckId,
            received.CalculateSize(),
            new PubSubReceived(subscription, message.MessageId, published, received.DeliveryAttempt, message.Data.Memory, message.Attributes));
    }

    private static Exception Translate(RpcException e, string subscription, CancellationToken cancellation) => e.StatusCode switch
    {
        StatusCode.Cancelled when cancellation.IsCancellationRequested => new OperationCanceledException(e.Message, e, cancellation),
        StatusCode.NotFound => new PubSubApiException(
            PubSubApiError.Missing, $"The subscription {subscription} does not exist; create it, or correct its name ({e.Status.Detail})", e),
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => new PubSubApiException(
            PubSubApiError.Denied, $"Not allowed to take from {subscription}; grant roles/pubsub.subscriber on it ({e.Status.Detail})", e),
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.Unimplemented => new PubSubApiException(
            PubSubApiError.Refused, $"Pub/Sub refused the request: {e.Status.Detail}", e),
        StatusCode.ResourceExhausted => new PubSubApiException(PubSubApiError.TooMuch, $"Too much at once, or over quota: {e.Status.Detail}", e),
        _ => new PubSubApiException(PubSubApiError.Transient, $"{e.StatusCode}: {e.Status.Detail}", e),
    };

    private async ValueTask<CallOptions> OptionsAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        var headers = _credentials is null ? _noHeaders : await _credentials.HeadersAsync(cancellation);
        return new CallOptions(headers, (_time.GetUtcNow() + deadline).UtcDateTime, cancellation);
    }
}
