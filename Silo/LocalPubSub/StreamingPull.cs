using OrleansSie.Silo.LocalPubSub.Protocol;
using Grpc.Core;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// One call of StreamingPull: it sends messages while the stream's flow control has room, and receives acks and deadlines. The client ends
/// it. Messages it still holds are delivered again when their leases end, as with the real service.
/// </summary>
internal sealed class StreamingPull : IDisposable
{
    private readonly LocalBroker _broker;
    private readonly string _subscription;
    private readonly FlowControl _flow;
    private readonly bool _answersKeepAlive;
    private readonly IServerStreamWriter<StreamingPullResponse> _responses;
    private readonly SemaphoreSlim _writing = new(1);

    /// <exception cref="RpcException">INVALID_ARGUMENT or NOT_FOUND: the stream cannot start.</exception>
    private StreamingPull(LocalBroker broker, StreamingPullRequest first, IServerStreamWriter<StreamingPullResponse> responses)
    {
        _broker = broker;
        _subscription = broker.GetSubscription(first.Subscription).Name;
        _flow = new FlowControl(first.MaxOutstandingMessages, first.MaxOutstandingBytes);
        _answersKeepAlive = first.ProtocolVersion > 0;
        _responses = responses;
        SetDeadline(first.StreamAckDeadlineSeconds);
        Settle(first);
    }

    /// <summary>Serves a stream until the client ends it or something fails.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="RpcException">A request breaks a rule.</exception>
    public static async Task RunAsync(
        LocalBroker broker,
        IAsyncStreamReader<StreamingPullRequest> requests,
        IServerStreamWriter<StreamingPullResponse> responses,
        CancellationToken ct)
    {
        PubSubErrors.Require(await NextAsync(requests, ct), "The first request of a stream must name its subscription; none came.");
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
            PubSubErrors.Require(
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

    // A client of this protocol drops a stream that does not answer its keep-alives. A response being written is an answer.
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
        PubSubErrors.Require(seconds is >= 10 and <= 600, $"stream_ack_deadline_seconds must be 10 to 600; this is {seconds}.");
        _flow.AckDeadline = TimeSpan.FromSeconds(seconds);
    }

    private void Settle(StreamingPullRequest request)
    {
        var (deadlines, ids) = (request.ModifyDeadlineSeconds, request.ModifyDeadlineAckIds);
        PubSubErrors.Require(deadlines.Count == ids.Count,
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

/// <summary>
/// How much one stream may hold, and how much it holds: the messages sent on it whose leases run. An acked or nacked message, or one whose
/// lease ended, no longer counts. Apart from the deadline it is used under its subscription's lock.
/// </summary>
internal sealed class FlowControl
{
    private readonly long _maxMessages;
    private readonly long _maxBytes;
    private long _messages;
    private long _bytes;
    private volatile int _ackDeadlineSeconds;

    /// <param name="maxMessages">No more is sent while this many are held; 0 or less means no limit.</param>
    /// <param name="maxBytes">The same for their size on the wire. The message that reaches the limit is still sent.</param>
    public FlowControl(long maxMessages, long maxBytes)
    {
        _maxMessages = maxMessages > 0 ? maxMessages : long.MaxValue;
        _maxBytes = maxBytes > 0 ? maxBytes : long.MaxValue;
    }

    /// <summary>How long messages sent from now on are leased, in whole seconds.</summary>
    public TimeSpan AckDeadline
    {
        get => TimeSpan.FromSeconds(_ackDeadlineSeconds);
        set => _ackDeadlineSeconds = (int)value.TotalSeconds;
    }

    public bool HasRoom => _messages < _maxMessages && _bytes < _maxBytes;

    public void Take(int bytes)
    {
        _messages++;
        _bytes += bytes;
    }

    public void Release(int bytes)
    {
        _messages--;
        _bytes -= bytes;
    }
}
