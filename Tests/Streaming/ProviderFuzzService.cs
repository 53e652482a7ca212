using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streaming.PubSub;

namespace OrleansSie.Tests.Streaming;

/// <summary>The fake Pub/Sub with errors on order, which remembers when each lease was settled and what was renewed long after.</summary>
internal sealed class ProviderFuzzService
{
    // A renewal may be on its way while the message is settled, and its thread may stand still while the clock goes on. One that comes
    // much later once more has no such excuse: a lease that is still held is renewed every ten seconds.
    private static readonly TimeSpan _race = TimeSpan.FromSeconds(5);

    private static readonly Func<Exception>[] _errors =
    [
        () => new PubSubApiException(PubSubApiError.Transient, "down"),
        () => new PubSubApiException(PubSubApiError.Refused, "bad id"),
        () => new PubSubApiException(PubSubApiError.TooMuch, "quota"),
        () => new PubSubApiException(PubSubApiError.Denied, "no right"),
        () => new InvalidOperationException("The test asked for it."),
    ];

    private readonly FakeTimeProvider _time;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _settledAt = new();
    private readonly ConcurrentDictionary<string, int> _late = new();
    private readonly ConcurrentQueue<Func<Exception>> _ackErrors = new();
    private readonly ConcurrentQueue<Func<Exception>> _deadlineErrors = new();
    private readonly ConcurrentQueue<Func<Exception>> _pullErrors = new();
    private int _slowAcks;

    public ProviderFuzzService(FakeTimeProvider time)
    {
        _time = time;
        PubSub.OnAcknowledge = AcknowledgeAsync;
        PubSub.OnModify = ModifyAsync;
        PubSub.OnPull = _ => ThrowNext(_pullErrors);
    }

    public FakePubSub PubSub { get; } = new();

    /// <summary>Leases that were renewed again and again long after they had been acked or nacked.</summary>
    public ConcurrentQueue<string> RenewedAfterTheirEnd { get; } = new();

    public void RefuseAcks(int calls, int error) => Refuse(_ackErrors, calls, error);

    public void RefuseDeadlines(int calls, int error) => Refuse(_deadlineErrors, calls, error);

    public void RefusePulls(int calls, int error) => Refuse(_pullErrors, calls, error);

    /// <summary>From now on no call fails, and what is nacked does not come again.</summary>
    public void Recover()
    {
        _ackErrors.Clear();
        _deadlineErrors.Clear();
        _pullErrors.Clear();
        Interlocked.Exchange(ref _slowAcks, 0);
        PubSub.Redelivers = false;
    }

    public void SlowAcks(int calls) => Interlocked.Add(ref _slowAcks, calls);

    private static void Refuse(ConcurrentQueue<Func<Exception>> errors, int calls, int error)
    {
        for (var i = 0; i < calls; i++)
        {
            errors.Enqueue(_errors[(error + i) % _errors.Length]);
        }
    }

    private static Task ThrowNext(ConcurrentQueue<Func<Exception>> errors) =>
        errors.TryDequeue(out var error) ? Task.FromException(error()) : Task.CompletedTask;

    private async Task AcknowledgeAsync(IReadOnlyList<string> ids)
    {
        if (Interlocked.Decrement(ref _slowAcks) >= 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(9), _time);
        }
        else
        {
            Interlocked.Increment(ref _slowAcks);
        }

        await ThrowNext(_ackErrors);
        Settle(ids);
    }

    private async Task ModifyAsync(IReadOnlyList<string> ids, int seconds)
    {
        await ThrowNext(_deadlineErrors);
        if (seconds == 0)
        {
            Settle(ids);
            return;
        }

        foreach (var id in ids.Where(id => _settledAt.TryGetValue(id, out var at) && _time.GetUtcNow() - at > _race))
        {
            if (_late.AddOrUpdate(id, 1, static (_, times) => times + 1) == 2)
            {
                RenewedAfterTheirEnd.Enqueue(id);
            }
        }
    }

    private void Settle(IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            _settledAt.TryAdd(id, _time.GetUtcNow());
        }
    }
}
