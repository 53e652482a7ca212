using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Pulls one subscription in the background, several Pulls at once, into a buffer for its queue. No Pull waits for the agent.
/// <see cref="PullBudget"/> limits the messages. After an error it pauses; errors are logged at each change and then once a minute, and
/// never thrown.
/// </summary>
internal sealed class PubSubPuller : IDisposable
{
    private static readonly TimeSpan _roomPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan _emptyPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _logPause = TimeSpan.FromMinutes(1);
    private static readonly PubSubBackoff _transient = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
    private static readonly PubSubBackoff _lasting = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly PubSubApi _api;
    private readonly IPubSubMessageDecoder _decoder;
    private readonly LeaseManager _leases;
    private readonly PullBudget _budget;
    private readonly PubSubSubscriptionStatus _status;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private PubSubApiError? _lastError;
    private long _lastLogged;
    private long _failures;
    private volatile bool _isAnswered;

    public PubSubPuller(
        PubSubApi api,
        IPubSubMessageDecoder decoder,
        LeaseManager leases,
        PullBudget budget,
        PubSubSubscriptionStatus status,
        int concurrentPulls,
        TimeProvider time,
        ILogger logger)
    {
        _api = api;
        _decoder = decoder;
        _leases = leases;
        _budget = budget;
        _status = status;
        _time = time;
        _logger = logger;
        _logger.PullingStarted(status.Subscription);
        Completion = Task.WhenAll(Enumerable.Range(0, concurrentPulls).Select(_ => Task.Run(PullLoopAsync)));
    }

    /// <summary>Completes after <see cref="Stop"/>, when no Pull is in flight and the messages of the last Pulls are given back.</summary>
    public Task Completion { get; }

    /// <summary>What the Pulls brought. It includes messages for no stream, which are settled.</summary>
    public PullBuffer Buffer { get; } = new();

    /// <summary>Cancels the Pulls in flight and gives back what no queue has taken.</summary>
    public void Stop()
    {
        _stop.Cancel();
        Buffer.End();
        ReturnBuffer();
        _logger.PullingStopped(_status.Subscription);
    }

    public void Dispose() => _stop.Dispose();

    private async Task PullLoopAsync()
    {
        for (var failures = 0; !_stop.IsCancellationRequested;)
        {
            var pause = TimeSpan.Zero;
            var room = _budget.Reserve();
            try
            {
                pause = room.Messages == 0 ? _roomPause : await PullAsync(room.Messages);
                failures = 0;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (PubSubApiException e)
            {
                pause = (e.NeedsOperator ? _lasting : _transient).Next(failures++);
                OnError(e);
            }
            catch (Exception e)
            {
                // The loop must survive any exception, or the subscription would stop silently.
                pause = _lasting.Next(failures++);
                _status.OnPullError(e.Message);
                _logger.PullLoopFault(_status.Subscription, e);
            }
            finally
            {
                _budget.Free(room);
            }

            await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One Pull. Returns how long to wait before the next.</summary>
    private async Task<TimeSpan> PullAsync(int maxMessages)
    {
        var begun = _time.GetTimestamp();

        // The first Pull, and the first after errors, does not wait, so it is known at once whether the service answers.
        var pulled = await _api.PullAsync(_status.Subscription, maxMessages, waits: _isAnswered, _stop.Token);
        _isAnswered = true;
        OnSuccess(pulled);

        // An idle Pull waits at the service. A Pull that returns empty at once must not be repeated at once.
        return pulled.Count == 0 && _time.GetElapsedTime(begun) < TimeSpan.FromSeconds(1) ? _emptyPause : TimeSpan.Zero;
    }

    private void OnSuccess(IReadOnlyList<PulledMessage> pulled)
    {
        _status.OnPulled(pulled.Count, _time.GetUtcNow());
        _budget.Observe(pulled);
        lock (_lock)
        {
            if (_lastError is not null)
            {
                _lastError = null;
                _failures = 0;
                _logger.PullRecovered(_status.Subscription);
            }
        }

        if (pulled.Count > 0)
        {
            TakeIn(pulled);
        }
    }

    private void TakeIn(IReadOnlyList<PulledMessage> pulled)
    {
        var messages = new PubSubMessage[pulled.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = new PubSubMessage(_leases, pulled[i]);
            Decode(messages[i], pulled[i].Message);
        }

        _leases.Take(messages);
        foreach (var message in messages)
        {
            if (message.Decoded is null)
            {
                _leases.Reject(message);
            }
            else if (!message.IsDelivered)
            {
                _leases.Acknowledge(message);
            }
        }

        Buffer.Add(messages);
        if (_stop.IsCancellationRequested)
        {
            ReturnBuffer();
        }
    }

    private void Decode(PubSubMessage message, in PubSubReceived received)
    {
        try
        {
            var decoded = _decoder.Decode(received);
            if (decoded.Item is null)
            {
                throw new InvalidOperationException("The decoder returned neither an item nor a reason to ignore the message.");
            }

            message.SetDecoded(decoded);
        }
        catch (Exception e)
        {
            // The decoder is foreign code. Any exception of it affects this message only.
            _logger.DecoderFailed(message.MessageId, _status.Subscription, e);
        }
    }

    private void ReturnBuffer()
    {
        foreach (var message in Buffer.TakeAll().SelectMany(static messages => messages))
        {
            _leases.Return(message);
        }
    }

    private void OnError(PubSubApiException e)
    {
        _isAnswered = false;
        _status.OnPullError(e.Message);
        if (e.Error == PubSubApiError.TooMuch)
        {
            _budget.AskForLess();
        }

        long failures;
        lock (_lock)
        {
            failures = ++_failures;
            if (_lastError == e.Error && _time.GetElapsedTime(_lastLogged) < _logPause)
            {
                return;
            }

            _lastError = e.Error;
            _lastLogged = _time.GetTimestamp();
        }

        if (e.NeedsOperator)
        {
            _logger.PullNeedsOperator(_status.Subscription, e.Message, e);
        }
        else
        {
            _logger.PullFailed(_status.Subscription, failures, e.Message, e);
        }
    }
}
