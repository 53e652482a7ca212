using Google.Cloud.PubSub.V1;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>
/// One call of StreamingPull: messages go out as long as the stream's flow control has room, acks and deadlines come in. It ends when
/// the client ends it; what it holds then comes again when its leases end, as with the real service.
/// </summary>
internal sealed class StreamingPull : IDisposable
{
    private readonly LocalPubSub _broker;
    private readonly string _subscription;
    private readonly FlowControl _flow;
    private readonly bool _answersKeepAlive;
    private readonly IServerStreamWriter<StreamingPullResponse> _responses;
    private readonly SemaphoreSlim _writing = new(1);

    /// <exception cref="RpcException">INVALID_ARGUMENT or NOT_FOUND: the stream cannot be.</exception>
    private StreamingPull(LocalPubSub broker, StreamingPullRequest first, IServerStreamWriter<StreamingPullResponse> responses)
    {
        _broker = broker;
        _subscription = broker.GetSubscription(first.Subscription).Name;
        _flow = new FlowControl(first.MaxOutstandingMessages, first.MaxOutstandingBytes);
        _answersKeepAlive = first.ProtocolVersion > 0;
        _responses = responses;
        SetDeadline(first.StreamAckDeadlineSeconds);
        Settle(first);
    }

    /// <summary>Serves a stream until the client has said its last, or something failed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="RpcException">A request breaks a rule.</exception>
    public static async Task RunAsync(
        LocalPubSub broker,
        IAsyncStreamReader<StreamingPullRequest> requests,
        IServerStreamWriter<StreamingPullResponse> responses,
        CancellationToken ct)
    {
        PubSubRefusal.Require(await NextAsync(requests, ct), "The first request of a stream must name its subscription; none came.");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var stream = new StreamingPull(broker, requests.Current, responses);
        Task[] ways = [stream.ReadAsync(requests, end.Token), stream.SendAsync(end.Token)];
        var first = await Task.WhenAny(ways);
        await end.CancelAsync();
        await Task.WhenAll(ways).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public void Dispose() => _writing.Dispose();

    private static async Task<bool> NextAsync(IAsyncStreamReader<StreamingPullRequest> requests, CancellationToken ct)
    {
        var came = await requests.MoveNext(ct);
        if (came)
        {
            ForeignFields.Refuse(requests.Current);
        }

        return came;
    }

    private async Task ReadAsync(IAsyncStreamReader<StreamingPullRequest> requests, CancellationToken ct)
    {
        while (await NextAsync(requests, ct))
        {
            var request = requests.Current;
            PubSubRefusal.Require(
                request is { Subscription: "", ClientId: "", MaxOutstandingMessages: 0, MaxOutstandingBytes: 0, ProtocolVersion: 0 },
                "subscription, client_id, max_outstanding_messages, max_outstanding_bytes and protocol_version belong in the first "
                + "request of a stream, in no later one.");
            if (request.StreamAckDeadlineSeconds != 0)
            {
                SetDeadline(request.StreamAckDeadlineSeconds);
            }

            Settle(request);
            await KeepAliveAsync(ct);
        }
    }

    private async Task SendAsync(CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        await WriteAsync([], ct);
        while (true)
        {
            var taken = await _broker.PullAsync(_subscription, _flow, ct);
            if (taken.Count > 0)
            {
                await _writing.WaitAsync(ct);
                await WriteAsync(taken, ct);
            }
        }
    }

    // A client of this protocol takes a stream that does not answer its keep-alives for dead. A response under way is an answer.
    private async Task KeepAliveAsync(CancellationToken ct)
    {
        if (_answersKeepAlive && await _writing.WaitAsync(0, ct))
        {
            await WriteAsync([], ct);
        }
    }

    private async Task WriteAsync(IReadOnlyList<ReceivedMessage> messages, CancellationToken ct)
    {
        try
        {
            var properties = new StreamingPullResponse.Types.SubscriptionProperties();
            await _responses.WriteAsync(new StreamingPullResponse { SubscriptionProperties = properties, ReceivedMessages = { messages } }, ct);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void SetDeadline(int seconds)
    {
        PubSubRefusal.Require(seconds is >= 10 and <= 600, $"stream_ack_deadline_seconds must be 10 to 600; this is {seconds}.");
        _flow.AckDeadline = TimeSpan.FromSeconds(seconds);
    }

    private void Settle(StreamingPullRequest request)
    {
        var (deadlines, ids) = (request.ModifyDeadlineSeconds, request.ModifyDeadlineAckIds);
        PubSubRefusal.Require(deadlines.Count == ids.Count,
            $"modify_deadline_seconds and modify_deadline_ack_ids must be as many; these are {deadlines.Count} and {ids.Count}.");
        for (var i = 0; i < ids.Count; i++)
        {
            _broker.ModifyAckDeadline(_subscription, [ids[i]], deadlines[i]);
        }

        if (request.AckIds.Count > 0)
        {
            _broker.Acknowledge(_subscription, request.AckIds);
        }
    }
}
