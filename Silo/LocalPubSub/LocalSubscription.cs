using OrleansSie.Silo.LocalPubSub.Protocol;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// A backlog with a clock, a lock and waiting pulls. A waiting pull wakes when a message is published or nacked, or when its lease or
/// back-off ends. A stream's pull also waits while the stream holds as much as it may. A pull whose caller is gone takes nothing.
/// </summary>
internal sealed class LocalSubscription : IDisposable
{
    /// <summary>How long a pull waits for a first message before it answers with none.</summary>
    public static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly LinkedList<(TaskCompletionSource Turn, FlowControl? Flow)> _waiting = new();
    private readonly Backlog _backlog;
    private readonly Action<DeadLetter> _forward;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private TimeSpan? _armedFor;

    /// <param name="about">As <see cref="SubscriptionRules.Complete(Subscription)"/> returned it.</param>
    /// <param name="forward">Publishes to the dead-letter topic; called outside the lock.</param>
    /// <param name="time">The clock of leases, back-offs and waits.</param>
    public LocalSubscription(Subscription about, Action<DeadLetter> forward, TimeProvider time)
    {
        About = about;
        _backlog = new Backlog(new RedeliveryPolicy(about));
        _forward = forward;
        _time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Change(_ => _armedFor = null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Subscription About { get; }

    /// <summary>Messages neither acked nor dead-lettered.</summary>
    public int Outstanding
    {
        get { lock (_gate) { return _backlog.Outstanding; } }
    }

    /// <summary>Pulls that wait for a message.</summary>
    public int WaitingPulls
    {
        get { lock (_gate) { return _waiting.Count; } }
    }

    public void Add(IReadOnlyList<PubsubMessage> messages) => Change(now =>
    {
        foreach (var message in messages)
        {
            _backlog.Add(message, now);
        }
    });

    public void Acknowledge(IReadOnlyList<string> ackIds) => Change(_ =>
    {
        foreach (var ackId in ackIds)
        {
            _backlog.Acknowledge(ackId);
        }
    });

    public void ModifyAckDeadline(IReadOnlyList<string> ackIds, TimeSpan length) => Change(now =>
    {
        foreach (var ackId in ackIds)
        {
            _backlog.ModifyDeadline(ackId, length, now);
        }
    });

    /// <summary>Takes what there is. If there is nothing and the caller may wait, takes the first messages that arrive.</summary>
    /// <exception cref="OperationCanceledException">The caller is gone. It got nothing.</exception>
    public async Task<IReadOnlyList<ReceivedMessage>> PullAsync(int max, bool mayWait, CancellationToken ct, FlowControl? flow = null)
    {
        using var patience = new CancellationTokenSource(LongPoll, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        while (true)
        {
            var last = !mayWait || patience.IsCancellationRequested;
            var turn = last ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var taken = TakeOrWait(max, turn, flow, ct);
            if (turn is null || taken.Count > 0)
            {
                return taken;
            }

            await turn.Task.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_gate)
            {
                _waiting.Remove((turn, flow));
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    // A caller that was woken and is gone leaves through Change, which wakes another caller for the message.
    private IReadOnlyList<ReceivedMessage> TakeOrWait(int max, TaskCompletionSource? turn, FlowControl? flow, CancellationToken ct)
    {
        IReadOnlyList<ReceivedMessage> taken = [];
        var gone = false;
        Change(now =>
        {
            gone = ct.IsCancellationRequested;
            taken = gone ? [] : _backlog.Take(max, now, flow);
            if (!gone && taken.Count == 0 && turn is not null)
            {
                _waiting.AddLast((turn, flow));
            }
        });
        return gone ? throw new OperationCanceledException(ct) : taken;
    }

    private void Change(Action<TimeSpan> change)
    {
        IReadOnlyList<DeadLetter> dead;
        lock (_gate)
        {
            var now = _time.GetElapsedTime(_start);
            _backlog.Advance(now);
            change(now);
            Wake();
            Arm(now);
            dead = _backlog.TakeDead();
        }

        foreach (var letter in dead)
        {
            _forward(letter);
        }
    }

    private void Wake()
    {
        var free = _backlog.Available;
        for (var waiter = _waiting.First; free > 0 && waiter is not null;)
        {
            var next = waiter.Next;
            if (waiter.Value.Flow is not { HasRoom: false })
            {
                _waiting.Remove(waiter);
                waiter.Value.Turn.SetResult();
                free--;
            }

            waiter = next;
        }
    }

    private void Arm(TimeSpan now)
    {
        if (_backlog.NextDue == _armedFor)
        {
            return;
        }

        _armedFor = _backlog.NextDue;
        _timer.Change(_armedFor is { } due ? WholeMilliseconds(due - now) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // Timers cut off fractions of a millisecond. Rounding up keeps the timer from firing too early.
    private static TimeSpan WholeMilliseconds(TimeSpan wait) =>
        TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));
}
