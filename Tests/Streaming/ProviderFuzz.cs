using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streaming.PubSub;
using Orleans.Streams;

namespace OrleansSie.Tests.Streaming;

/// <summary>
/// One sequence over the real puller, leases, cache and circuit, on a clock that the sequence moves. It plays the pulling agent: it
/// takes in what the cache has room for, has one consumer a stream, and settles by moving on.
/// </summary>
internal sealed class ProviderFuzz : IDisposable
{
    private const int Capacity = 6;
    private const int UnpacedSteps = 10;
    private const int MostSteps = 20_000;

    private readonly FakeTimeProvider _time = new();
    private readonly PubSubSubscriptionStatus _status = new(FakePubSub.Subscription);
    private readonly Dictionary<StreamId, IQueueCacheCursor> _consumers = [];
    private readonly PubSubStreamOptions _options = new()
    {
        QueuesPerSubscription = 1,
        QueueCapacity = Capacity,
        MaxPullMessages = 4,
        MaxLeaseAge = TimeSpan.FromMinutes(1),
        CircuitFailureThreshold = 3,
        ShutdownTimeout = TimeSpan.FromSeconds(5),
    };

    private readonly ProviderFuzzService _service;
    private readonly DeliveryCircuit _circuit;
    private readonly PubSubSession _session;
    private readonly LeaseTrackingQueueCache _cache;
    private bool _hasEnded;

    public ProviderFuzz()
    {
        var logger = NullLogger.Instance;
        _service = new ProviderFuzzService(_time);
        _circuit = new DeliveryCircuit(FakePubSub.Subscription, _options, null, _time, logger);
        var reporter = new SettlementReporter(FakePubSub.Subscription, Ledger, logger);
        var leases = new LeaseManager(_service.PubSub, _options, _status, _circuit, reporter, _time, logger);
        var budget = new PullBudget(_options, _status, _circuit);
        var puller = new PubSubPuller(_service.PubSub, Ledger, leases, budget, _status, concurrentPulls: 2, _time, logger);
        _session = new PubSubSession(puller, leases, _options.ShutdownTimeout, _time);
        _cache = new LeaseTrackingQueueCache(_circuit, _options, logger);
    }

    public ProviderFuzzLedger Ledger { get; } = new();

    /// <summary>Plays a sequence, then half a minute, then the end of the silo; answers what is wrong after that.</summary>
    public async Task<List<string>> RunAsync(IEnumerable<ProviderFuzzStep> steps)
    {
        foreach (var step in steps)
        {
            Play(step);
            await TurnAsync();
        }

        await WaitAsync(TimeSpan.FromSeconds(30));
        await EndAsync();
        return [.. Violations()];
    }

    public void Dispose() => _session.Dispose();

    private void Play(ProviderFuzzStep step)
    {
        var stream = StreamId.Create("ok", $"{step.Stream}");
        switch (step.Action)
        {
            case ProviderFuzzAction.Publish:
                _service.PubSub.Publish($"ok/{step.Stream}", bytes: 100 * step.Amount);
                break;
            case ProviderFuzzAction.PublishIgnored:
                _service.PubSub.Publish("ignore:why");
                break;
            case ProviderFuzzAction.PublishBad:
                _service.PubSub.Publish("throw");
                break;
            case ProviderFuzzAction.Receive or ProviderFuzzAction.ReceiveWithoutConsumer:
                Receive(step.Action == ProviderFuzzAction.Receive);
                break;
            case ProviderFuzzAction.Wait:
                Advance(TimeSpan.FromSeconds(step.Amount));
                break;
            case ProviderFuzzAction.GrowOld:
                Advance(_options.MaxLeaseAge);
                break;
            case ProviderFuzzAction.RefuseAcks:
                _service.RefuseAcks(step.Amount, step.Stream);
                break;
            case ProviderFuzzAction.RefuseDeadlines:
                _service.RefuseDeadlines(step.Amount, step.Stream);
                break;
            case ProviderFuzzAction.RefusePulls:
                _service.RefusePulls(step.Amount, step.Stream);
                break;
            case ProviderFuzzAction.SlowAcks:
                _service.SlowAcks(step.Amount);
                break;
            case ProviderFuzzAction.Stop:
                _session.StopPulling();
                break;
            default:
                Deliver(step.Action, stream);
                break;
        }
    }

    private void Receive(bool haveConsumer)
    {
        var messages = _session.Puller.Take(_cache.GetMaxAddCount());
        _cache.AddToCache(messages);
        foreach (var stream in messages.Select(message => message.StreamId).Distinct().Where(stream => !_consumers.ContainsKey(stream)))
        {
            // The agent pins a stream while it asks who its consumers are.
            using var pin = _cache.GetCacheCursor(stream, null);
            if (haveConsumer)
            {
                _consumers.Add(stream, _cache.GetCacheCursor(stream, null));
            }
        }
    }

    private void Deliver(ProviderFuzzAction action, StreamId stream)
    {
        if (!_consumers.TryGetValue(stream, out var cursor))
        {
            return;
        }

        var inFlight = cursor.GetCurrent(out _) as PubSubBatchContainer;
        switch (action)
        {
            case ProviderFuzzAction.Begin when inFlight is null:
            case ProviderFuzzAction.Pass:
                cursor.MoveNextWithResult();
                break;
            case ProviderFuzzAction.Succeed when inFlight is not null:
                Ledger.Succeeds(inFlight.Lease);
                inFlight.MarkDelivered();
                cursor.MoveNextWithResult();
                break;
            case ProviderFuzzAction.Fail when inFlight is not null:
                cursor.RecordDeliveryFailure();
                cursor.MoveNextWithResult();
                break;
            case ProviderFuzzAction.Dispose:
                _consumers.Remove(stream);
                cursor.Dispose();
                break;
            case ProviderFuzzAction.ReadBySecond:
                using (var second = _cache.GetCacheCursor(stream, null))
                {
                    second.MoveNextWithResult();
                }

                break;
        }
    }

    private async Task EndAsync()
    {
        _session.StopPulling();
        foreach (var cursor in _consumers.Values)
        {
            cursor.Dispose();
        }

        _cache.GetMaxAddCount();
        var finishing = _session.FinishAsync(TimeSpan.FromSeconds(15));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var i = 0; !finishing.IsCompleted && i < MostSteps; i++)
        {
            await WaitAsync(TimeSpan.FromSeconds(0.5));
            if (i > UnpacedSteps)
            {
                // A machine that is busy with other things gets the time to come to the end.
                await pace.WaitForNextTickAsync();
            }
        }

        _hasEnded = finishing.IsCompleted;
        if (_hasEnded)
        {
            await finishing;
        }

        Advance(_options.CircuitBreakMax);
    }

    private IEnumerable<string> Violations()
    {
        var room = _circuit.State == CircuitState.Closed ? _options.MaxPullMessages : 1;
        string[] own =
        [
            _hasEnded ? "" : "the end of the silo did not come",
            _status.InFlightMessages == 0 ? "" : $"{_status.InFlightMessages} messages are still in flight",
            _status.InFlightBytes == 0 ? "" : $"{_status.InFlightBytes} bytes are still in flight",
            _cache.GetMaxAddCount() == room ? "" : "the cache is not empty",
            _status.Pulled == Ledger.Pulled ? "" : $"{_status.Pulled} were pulled and {Ledger.Pulled} decoded",
            _status.Acked + _status.Nacked + _status.Expired == _status.Pulled ? "" : "the counters do not add up to what was pulled",
            _service.PubSub.Acked.Order().SequenceEqual(Ledger.SettledMessages.Order()) ? "" : "what is acked is not what is reported",
            _service.RenewedAfterTheirEnd.IsEmpty ? "" : $"renewed long after their end: {string.Join(", ", _service.RenewedAfterTheirEnd)}",
        ];
        return own.Where(violation => violation.Length > 0).Concat(Ledger.Violations());
    }

    private async Task WaitAsync(TimeSpan time)
    {
        for (var step = TimeSpan.FromSeconds(0.5); time > TimeSpan.Zero; time -= step)
        {
            _time.Advance(step);
            await TurnAsync();
        }
    }

    private void Advance(TimeSpan time) => _time.Advance(time);

    /// <summary>Lets the loops under test come to rest, as far as a few turns of the thread pool do; no check rests on it.</summary>
    private static async Task TurnAsync()
    {
        for (var i = 0; i < 10; i++)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

            // Behind what waits for the pool: a turn of a thread's own queue would overtake it.
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.SetResult(), turn, preferLocal: false);
            await turn.Task;
        }
    }
}
