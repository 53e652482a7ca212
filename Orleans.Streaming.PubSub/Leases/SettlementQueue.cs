using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Sends the ids of settled leases, collected for 50 ms or until a request is full. Several requests run at once, and each is tried again
/// until its leases have ended. Every lease leaves once: sent or given up. A refused request is split until the bad id is alone.
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

    /// <summary>Takes no more leases. The queued ones are sent without waiting for more.</summary>
    public void Complete()
    {
        _queue.Writer.TryComplete();
        _hurry.Cancel();
    }

    /// <summary>Gives up what is not sent yet.</summary>
    public void Abort() => _abort.Cancel();

    public void Dispose()
    {
        _hurry.Dispose();
        _abort.Dispose();
        _slots.Dispose();
    }

    /// <summary>Ends when the queue is completed and every lease has left it.</summary>
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

    /// <summary>The leases of one request. The lease that does not fit is the first of the next request.</summary>
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
                // After any failure the leases must leave the queue, or their room in the budget is lost for good.
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

/// <summary>Splits leases into requests that Pub/Sub accepts: at most 1000 ids and less than 512 KiB.</summary>
internal static class AckIdChunks
{
    public const int MaxIds = 1000;

    /// <summary>Leaves enough of the limit of 512 KiB (524,288) for the subscription's name and the framing.</summary>
    public const int MaxBytes = 500_000;

    /// <summary>Bytes of an id in a request besides its characters, which are ASCII.</summary>
    public const int IdOverhead = 4;

    public static List<ArraySegment<PubSubMessage>> Of(List<PubSubMessage> leases)
    {
        var chunks = new List<ArraySegment<PubSubMessage>>();
        if (leases.Count == 0)
        {
            return chunks;
        }

        var all = leases.ToArray();
        var start = 0;
        var bytes = 0;
        for (var i = 0; i < all.Length; i++)
        {
            var cost = Cost(all[i]);
            if (i > start && (i - start == MaxIds || bytes + cost > MaxBytes))
            {
                chunks.Add(new ArraySegment<PubSubMessage>(all, start, i - start));
                start = i;
                bytes = 0;
            }

            bytes += cost;
        }

        chunks.Add(new ArraySegment<PubSubMessage>(all, start, all.Length - start));
        return chunks;
    }

    public static int Cost(PubSubMessage lease) => lease.AckId.Length + IdOverhead;

    public static string[] Ids(ArraySegment<PubSubMessage> leases)
    {
        var ids = new string[leases.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = leases[i].AckId;
        }

        return ids;
    }
}
