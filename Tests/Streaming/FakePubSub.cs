using System.Collections.Concurrent;
using System.Text;
using Orleans.Streaming.PubSub;

namespace OrleansSie.Tests.Streaming;

/// <summary>An in-memory Pub/Sub behind the provider's one seam: nacked messages come again, calls are recorded and can be made to fail.</summary>
internal sealed class FakePubSub : PubSubApi
{
    public const string Subscription = "projects/p/subscriptions/s";

    private readonly Lock _lock = new();
    private readonly Queue<Message> _ready = new();
    private readonly Dictionary<string, Message> _leased = [];
    private TaskCompletionSource _arrived = New();
    private int _nextAckId;
    private int _nextMessageId;

    /// <summary>Every id in the order of its Acknowledge calls that succeeded, by message.</summary>
    public ConcurrentQueue<string> Acked { get; } = new();

    /// <summary>Every message id nacked, once for each time.</summary>
    public ConcurrentQueue<string> Nacked { get; } = new();

    /// <summary>The size of each renewal call and its seconds.</summary>
    public ConcurrentQueue<(string[] MessageIds, int Seconds)> Renewals { get; } = new();

    public ConcurrentQueue<int> AckCallSizes { get; } = new();

    public ConcurrentQueue<int> PullSizes { get; } = new();

    /// <summary>Whether a nacked message is delivered again.</summary>
    public bool Redelivers { get; set; } = true;

    public Func<int, Task>? OnPull { get; set; }

    public Func<IReadOnlyList<string>, Task>? OnAcknowledge { get; set; }

    public Func<IReadOnlyList<string>, int, Task>? OnModify { get; set; }

    public bool IsPullPending { get; private set; }

    /// <summary>Messages that nobody has leased.</summary>
    public int Ready
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count;
            }
        }
    }

    public int Unsettled
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count + _leased.Count;
            }
        }
    }

    public string Publish(string data, int bytes = 100)
    {
        lock (_lock)
        {
            var message = new Message($"m{++_nextMessageId}", data, bytes);
            _ready.Enqueue(message);
            _arrived.TrySetResult();
            return message.Id;
        }
    }

    public override async Task<IReadOnlyList<PulledMessage>> PullAsync(string subscription, int maxMessages, bool waits, CancellationToken cancellation)
    {
        PullSizes.Enqueue(maxMessages);
        if (OnPull is { } hook)
        {
            await hook(maxMessages);
        }

        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                if (_ready.Count > 0)
                {
                    IsPullPending = false;
                    return Lease(subscription, maxMessages);
                }

                IsPullPending = true;
                arrived = (_arrived = _arrived.Task.IsCompleted ? New() : _arrived).Task;
            }

            await arrived.WaitAsync(cancellation);
        }
    }

    public override async Task AcknowledgeAsync(string subscription, IReadOnlyList<string> ackIds, CancellationToken cancellation)
    {
        AckCallSizes.Enqueue(ackIds.Count);
        if (OnAcknowledge is { } hook)
        {
            await hook(ackIds);
        }

        lock (_lock)
        {
            foreach (var id in ackIds)
            {
                if (_leased.Remove(id, out var message))
                {
                    Acked.Enqueue(message.Id);
                }
            }
        }
    }

    public override async Task ModifyAckDeadlineAsync(string subscription, IReadOnlyList<string> ackIds, int seconds, CancellationToken cancellation)
    {
        if (OnModify is { } hook)
        {
            await hook(ackIds, seconds);
        }

        lock (_lock)
        {
            if (seconds > 0)
            {
                Renewals.Enqueue(([.. ackIds.Select(id => _leased.TryGetValue(id, out var m) ? m.Id : "settled")], seconds));
                return;
            }

            foreach (var id in ackIds)
            {
                Nack(id);
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PulledMessage[] Lease(string subscription, int maxMessages)
    {
        var pulled = new List<PulledMessage>();
        while (pulled.Count < maxMessages && _ready.TryDequeue(out var message))
        {
            var ackId = $"a{++_nextAckId}";
            message.Attempts++;
            _leased.Add(ackId, message);
            pulled.Add(new PulledMessage(ackId, message.Bytes, Received(subscription, message)));
        }

        return [.. pulled];
    }

    private static PubSubReceived Received(string subscription, Message message) => new(
        subscription, message.Id, DateTimeOffset.UnixEpoch, message.Attempts, Encoding.UTF8.GetBytes(message.Data), new Dictionary<string, string>());

    private void Nack(string ackId)
    {
        if (!_leased.Remove(ackId, out var message))
        {
            return;
        }

        Nacked.Enqueue(message.Id);
        if (Redelivers)
        {
            _ready.Enqueue(message);
            _arrived.TrySetResult();
        }
    }

    private sealed class Message(string id, string data, int bytes)
    {
        public string Id { get; } = id;

        public string Data { get; } = data;

        public int Bytes { get; } = bytes;

        public int Attempts { get; set; }
    }
}
