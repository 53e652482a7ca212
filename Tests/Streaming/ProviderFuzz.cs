using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streaming.PubSub;

namespace OrleansSie.Tests.Streaming;

/// <summary>
/// One sequence over the real puller, leases, cache and circuit, on a clock that the sequence moves. It plays the pulling agent, with one
/// consumer a stream, and the consumers, which take batches over and settle their messages whenever they like.
/// </summary>
internal sealed class ProviderFuzz : IDisposable
{
    private const int Capacity = 8;
    private const int Share = Capacity / 4;
    private const int UnpacedSteps = 10;
    private const int MostSteps = 20_000;

    private readonly FakeTimeProvider _time = new();
    private readonly PubSubSubscriptionStatus _status = new(FakePubSub.Subscription);
    private readonly Dictionary<StreamId, ProviderFuzzConsumer?> _streams = [];
    private readonly HashSet<StreamId> _disturbed = [];
    private readonly List<PubSubMessage> _orphans = [];
    private readonly List<string> _broken = [];
    private readonly PubSubStreamOptions _options = new()
    {
        QueueCapacity = Capacity,
        MaxPullMessages = 4,
        MaxBatchMessages = 3,
        MaxLeaseAge = TimeSpan.FromMinutes(20),
        CircuitFailureThreshold = 3,
        ShutdownTimeout = TimeSpan.FromSeconds(5),
    };

    private readonly ProviderFuzzService _service;
    private readonly DeliveryCircuit _circuit;
    private readonly PubSubSession _session;
    private readonly LeaseTrackingQueueCache _cache;
    private bool _hasStopped;
    private bool _hasEnded;

    public ProviderFuzz()
    {
        var logger = NullLogger.Instance;
        _service = new ProviderFuzzService(_time);
        _circuit = new DeliveryCircuit(FakePubSub.Subscription, _options, null, _time, logger);
        var reporter = new SettlementReporter(_status, Ledger, logger);
        var leases = new LeaseManager(_service.PubSub, _options, _status, _circuit, reporter, _time, logger);
        var budget = new PullBudget(_options, _status, leases, _circuit);
        var puller = new PubSubPuller(_service.PubSub, Ledger, leases, budget, _status, concurrentPulls: 2, _time, logger);
        _session = new PubSubSession(puller, leases, _options.ShutdownTimeout, _time);
        _cache = new LeaseTrackingQueueCache(_circuit, _options, logger);
    }

    public ProviderFuzzLedger Ledger { get; } = new();

    /// <summary>
    /// Plays a sequence, then a time in which all is well, in which everything must get through, then the end of the silo; answers what was
    /// wrong on the way or after it.
    /// </summary>
    public async Task<List<string>> RunAsync(IEnumerable<ProviderFuzzStep> steps)
    {
        foreach (var step in steps)
        {
            Play(step);
            await TurnAsync();
            CheckBounds();
        }

        await RecoverAsync();
        await EndAsync();
        return [.. _broken.Distinct(), .. Violations()];
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
                _hasStopped = true;
                _session.StopPulling();
                break;
            default:
                Deliver(step.Action, step.Amount, stream);
                break;
        }
    }

    private void Receive(bool haveConsumer)
    {
        foreach (var stream in _cache.TakeIn(_session.Puller.Buffer.TakeAll()).Select(arrival => arrival.StreamId))
        {
            if (!_streams.TryGetValue(stream, out var consumer))
            {
                // The agent pins a stream while it asks who its consumers are.
                using var pin = _cache.GetCacheCursor(stream, null);
                consumer = haveConsumer ? new ProviderFuzzConsumer(_cache.GetCacheCursor(stream, null)) : null;
                _streams.Add(stream, consumer);
            }

            consumer?.GoOn();
        }
    }

    private void Deliver(ProviderFuzzAction action, int amount, StreamId stream)
    {
        if (!_streams.TryGetValue(stream, out var consumer) || consumer is null)
        {
            return;
        }

        switch (action)
        {
            case ProviderFuzzAction.TakeOver:
                consumer.TakeOver();
                break;
            case ProviderFuzzAction.Return:
                consumer.Return();
                break;
            case ProviderFuzzAction.Throw:
                consumer.Throw();
                break;
            case ProviderFuzzAction.Ack:
                consumer.Settle(amount, Ack);
                break;
            case ProviderFuzzAction.Nack:
                consumer.Settle(amount, message => message.Nack());
                break;
            case ProviderFuzzAction.Dispose:
                _streams.Remove(stream);
                _orphans.AddRange(consumer.Close());
                break;
            case ProviderFuzzAction.ReadBySecond:
                _disturbed.Add(stream);
                using (var second = _cache.GetCacheCursor(stream, null))
                {
                    second.MoveNextWithResult();
                }

                break;
        }
    }

    private void Ack(PubSubMessage message)
    {
        Ledger.Succeeds(message);
        message.Ack();
    }

    private void CheckBounds()
    {
        var inHand = _streams.Values.OfType<ProviderFuzzConsumer>().SelectMany(consumer => consumer.Hands).Concat(_orphans).Where(message => !message.IsSettled);
        foreach (var stream in inHand.GroupBy(message => message.Stream).Where(group => group.Count() > Share))
        {
            _broken.Add($"{stream.Key} has {stream.Count()} messages in hand");
        }

        if (_status.InFlightMessages > 2 * Capacity)
        {
            _broken.Add($"{_status.InFlightMessages} messages are in flight");
        }
    }

    /// <summary>From now on no call fails and every consumer does its work: whatever was before, nothing may stay where it is.</summary>
    private async Task RecoverAsync()
    {
        _service.Recover();
        var grownOld = GrownOld;
        foreach (var (stream, consumer) in _streams.ToList())
        {
            // The agent asks again for the consumers of a stream that has none, or had two.
            if (consumer is null || _disturbed.Contains(stream))
            {
                _streams.Remove(stream);
                _orphans.AddRange(consumer?.Close() ?? []);
            }
        }

        _orphans.ForEach(Ack);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var drained = IsDrained;
        for (var i = 0; !drained && i < MostSteps; i++)
        {
            Receive(haveConsumer: true);
            foreach (var consumer in _streams.Values.OfType<ProviderFuzzConsumer>())
            {
                consumer.TakeOver();
                consumer.Settle(int.MaxValue, Ack);
                consumer.Return();
            }

            await WaitAsync(TimeSpan.FromSeconds(0.5));
            if (i > 2 * UnpacedSteps)
            {
                await pace.WaitForNextTickAsync();
            }

            drained = IsDrained;
        }

        if (GrownOld > grownOld)
        {
            _broken.Add($"{GrownOld - grownOld} messages grew too old while all was well");
        }

        if (!drained)
        {
            _broken.Add($"{_service.PubSub.Ready} messages are left behind and {_status.InFlightMessages} in flight");
        }
    }

    private int GrownOld => Ledger.Ends.Count(end => end == nameof(PubSubAbandonment.TooOld));

    private bool IsDrained => _status.InFlightMessages == 0 && (_hasStopped || _service.PubSub.Ready == 0);

    private async Task EndAsync()
    {
        _session.StopPulling();
        foreach (var consumer in _streams.Values.OfType<ProviderFuzzConsumer>())
        {
            consumer.Close();
        }

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
        string[] own =
        [
            _hasEnded ? "" : "the end of the silo did not come",
            _status.InFlightMessages == 0 ? "" : $"{_status.InFlightMessages} messages are still in flight",
            _status.InFlightBytes == 0 ? "" : $"{_status.InFlightBytes} bytes are still in flight",
            _session.Leases.HandedOut == 0 && _session.Leases.Waiting == 0 ? "" : "the shares are not empty",
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
