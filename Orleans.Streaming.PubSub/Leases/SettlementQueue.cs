using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Sends the ids of settled leases, gathered for 50 ms or to a full request, several requests at once, each tried again until its leases
/// have ended. Every lease comes out once: sent or given up. A request refused for one bad id is cut until the bad one is alone.
/// </summary>
internal sealed class SettlementQueue : IDisposable
{
    private const int ParallelRequests = 4;
    private static readonly TimeSpan _linger = TimeSpan.FromMilliseconds(50);
    private static readonly PubSubBackoff _backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    private readonly Channel<PubSubMessage> _queue = Channel.CreateUnbounded<PubSubMessage>();
    private readonly SemaphoreSlim _slots = new(ParallelRequests);
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly string _call;
    private readonly Func<IReadOnlyList<string>, CancellationToken, Task> _send;
    private readonly Action<IReadOnlyList<PubSubMessage>> _sent;
    private readonly Action<IReadOnlyList<PubSubMessage>> _gaveUp;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public SettlementQueue(
        string call,
        Func<IReadOnlyList<string>, CancellationToken, Task> send,
        Action<IReadOnlyList<PubSubMessage>> sent,
        Action<IReadOnlyList<PubSubMessage>> gaveUp,
        TimeProvider time,
        ILogger logger)
    {
        _call = call;
        _send = send;
        _sent = sent;
        _gaveUp = gaveUp;
        _time = time;
        _logger = logger;
    }

    public void Enqueue(PubSubMessage lease)
    {
        if (!_queue.Writer.TryWrite(lease))
        {
            _gaveUp([lease]);
        }
    }

    /// <summary>Takes no more; what is queued is sent without waiting for more.</summary>
    public void Complete()
    {
        _queue.Writer.TryComplete();
        _hurry.Cancel();
    }

    /// <summary>Gives up whatever is not sent yet.</summary>
    public void Abort() => _abort.Cancel();

    public void Dispose()
    {
        _hurry.Dispose();
        _abort.Dispose();
        _slots.Dispose();
    }

    /// <summary>Ends when completed and every lease has come out.</summary>
    public async Task RunAsync()
    {
        PubSubMessage? first = null;
        while (first is not null || await _queue.Reader.WaitToReadAsync())
        {
            if (_queue.Reader.Count < AckIdChunks.MaxIds && !_hurry.IsCancellationRequested)
            {
                await Task.Delay(_linger, _time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            var batch = Gather(ref first);
            await _slots.WaitAsync();
            _ = SendThenFreeSlotAsync(batch);
        }

        for (var i = 0; i < ParallelRequests; i++)
        {
            await _slots.WaitAsync();
        }
    }

    /// <summary>One request's worth of leases; the one that did not fit is the first of the next.</summary>
    private PubSubMessage[] Gather(ref PubSubMessage? first)
    {
        var batch = new List<PubSubMessage>(Math.Min(AckIdChunks.MaxIds, _queue.Reader.Count + 1));
        var bytes = 0;
        while (batch.Count < AckIdChunks.MaxIds && (first is not null || _queue.Reader.TryRead(out first)))
        {
            bytes += AckIdChunks.Cost(first);
            if (batch.Count > 0 && bytes > AckIdChunks.MaxBytes)
            {
                break;
            }

            batch.Add(first);
            first = null;
        }

        return [.. batch];
    }

    private async Task SendThenFreeSlotAsync(PubSubMessage[] batch)
    {
        try
        {
            await SendAsync(batch);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task SendAsync(ArraySegment<PubSubMessage> batch)
    {
        for (var attempt = 0; batch.Count > 0; attempt++)
        {
            try
            {
                await _send(AckIdChunks.Ids(batch), _abort.Token);
                _sent(batch);
                return;
            }
            catch (PubSubApiException e) when (e.Error == PubSubApiError.Refused && batch.Count > 1)
            {
                await Task.WhenAll(SendAsync(batch[..(batch.Count / 2)]), SendAsync(batch[(batch.Count / 2)..]));
                return;
            }
            catch (Exception e)
            {
                // Any failure must bring the leases out again, or their place in the budget were lost for ever.
                _logger.SettlementFailed(_call, batch.Count, e);
                batch = e is PubSubApiException { Error: not PubSubApiError.Refused } && !_abort.IsCancellationRequested
                    ? WithoutEnded(batch)
                    : GiveUp(batch);
            }

            if (batch.Count > 0)
            {
                await Task.Delay(_backoff.Next(attempt), _time, _abort.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ArraySegment<PubSubMessage> WithoutEnded(ArraySegment<PubSubMessage> batch)
    {
        var now = _time.GetTimestamp();
        var ended = batch.Where(lease => lease.EndsAt <= now).ToArray();
        if (ended.Length == 0)
        {
            return batch;
        }

        _gaveUp(ended);
        return batch.Where(lease => lease.EndsAt > now).ToArray();
    }

    private PubSubMessage[] GiveUp(ArraySegment<PubSubMessage> batch)
    {
        _gaveUp(batch);
        return [];
    }
}
