using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Events;
using OrleansSie.Testing;
using OrleansSie.Tests.Streaming;
using Xunit;

namespace OrleansSie.Tests.Events;

/// <summary>How the events of one shard reach their instances, whatever the dispatcher and the instances do.</summary>
public sealed class ShardDeliveryTests : IDisposable
{
    private static readonly StreamId _stream = StreamId.Create(InstanceStream.Namespace, 1);

    private readonly LeaseBench _bench = new();
    private readonly Dictionary<string, PubSubMessage> _messages = [];
    private readonly ConcurrentQueue<string> _dispatched = new();
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly DispatchRoom _room = new();
    private readonly ShardDelivery _delivery;

    public ShardDeliveryTests()
    {
        var direct = new DirectDeliveries(HandleAsync, DirectDeliverySettings.Default, _bench.Time, NullLogger.Instance);
        _delivery = new ShardDelivery(1, DispatchAsync, _room, direct, _bench.Time, NullLogger.Instance);
    }

    /// <summary>What the dispatcher answers for a batch; by default that all are counted.</summary>
    private Func<IReadOnlyList<InstanceEvent>, Task<IReadOnlyList<Outcome>>> Dispatcher { get; set; } = events =>
        Task.FromResult<IReadOnlyList<Outcome>>([.. events.Select(_ => Outcome.counted)]);

    /// <summary>What an instance answers when it is called directly.</summary>
    private Func<InstanceEvent, Task<Outcome>> Instance { get; set; } = _ => Task.FromResult(Outcome.waiting);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Batch_IsSettledByTheOutcomesOfItsDispatcher()
    {
        Dispatcher = _ => Task.FromResult<IReadOnlyList<Outcome>>([Outcome.counted, Outcome.duplicate]);

        await TakeAsync("a", "b");

        await EndsAsync("a", Outcome.counted);
        await EndsAsync("b", Outcome.duplicate);
        Assert.Empty(_handled);
    }

    [Fact]
    public async Task Message_WithoutAnOutcome_AloneGoesToItsInstanceDirectly()
    {
        Dispatcher = _ => Task.FromResult<IReadOnlyList<Outcome>>([Outcome.none, Outcome.counted]);

        await TakeAsync("slow", "b");

        await EndsAsync("b", Outcome.counted);
        await EndsAsync("slow", Outcome.waiting);
        Assert.Equal(["slow"], _handled);
    }

    [Fact]
    public async Task SlowInstance_DelaysItselfAlone()
    {
        var slow = new TaskCompletionSource<Outcome>();
        Dispatcher = events => Task.FromResult<IReadOnlyList<Outcome>>([.. events.Select(e => e.Instance == "slow" ? Outcome.none : Outcome.counted)]);
        Instance = _ => slow.Task;
        await TakeAsync("slow", "a");
        for (var i = 0; i < 20; i++)
        {
            await TakeAsync($"other-{i}");
            await EndsAsync($"other-{i}", Outcome.counted);
        }

        await EndsAsync("a", Outcome.counted);
        Assert.False(_messages["slow"].IsSettled);
        slow.SetResult(Outcome.counted);

        await EndsAsync("slow", Outcome.counted);
    }

    [Fact]
    public async Task Batches_AreDispatchedAFewAtOnceAndTheNextWaits()
    {
        var answers = new ConcurrentQueue<TaskCompletionSource<IReadOnlyList<Outcome>>>();
        Dispatcher = _ =>
        {
            var answer = new TaskCompletionSource<IReadOnlyList<Outcome>>();
            answers.Enqueue(answer);
            return answer.Task;
        };
        for (var i = 0; i < ShardDelivery.MaxInFlight; i++)
        {
            var batch = TakeAsync($"{i}");
            Assert.Equal(i == 0, batch.IsCompleted);
            _bench.Time.Advance(ShardDelivery.Turn);
            await batch;
        }

        var next = TakeAsync("next");
        _bench.Time.Advance(ShardDelivery.Turn);
        Assert.False(next.IsCompleted);
        Assert.Equal(ShardDelivery.MaxInFlight, _dispatched.Count);

        Assert.True(answers.TryDequeue(out var first));
        first.SetResult([Outcome.counted]);
        await AfterATurnAsync(next);

        Assert.Equal(ShardDelivery.MaxInFlight + 1, _dispatched.Count);
    }

    [Fact]
    public async Task Batch_AfterTheOneBefore_IsDispatchedAtOnce()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<Outcome>>();
        Dispatcher = _ => answer.Task;
        await TakeAsync("a");
        var next = TakeAsync("b");
        Assert.False(next.IsCompleted);

        answer.SetResult([Outcome.counted]);
        await next;

        Assert.Equal(["a", "b"], _dispatched);
    }

    [Fact]
    public async Task Batch_WaitsWhileTheSiloHasTooManyEventsWithDispatchers()
    {
        await EnterAsync(DispatchRoom.First);

        var next = TakeAsync("a");
        Assert.False(next.IsCompleted);
        Assert.Empty(_dispatched);
        _room.Leave(DispatchRoom.First, 0, TimeSpan.Zero);
        await next;

        await EndsAsync("a", Outcome.counted);
    }

    [Fact]
    public async Task Batch_ThatFindsNoRoomForSeconds_GoesDirectly()
    {
        await EnterAsync(DispatchRoom.First);

        var next = TakeAsync("a");
        _bench.Time.Advance(ShardDelivery.PatienceForRoom);
        await next;

        await EndsAsync("a", Outcome.waiting);
        Assert.Empty(_dispatched);
    }

    [Fact]
    public async Task Direct_WhileVeryManyAreOnTheirWay_IsGivenUpAfterItsFirstFailedCall()
    {
        Dispatcher = _ => Task.FromException<IReadOnlyList<Outcome>>(new TimeoutException("away"));
        var failing = new TaskCompletionSource<Outcome>();
        Instance = _ => failing.Task;
        string[] many = [.. Enumerable.Range(0, DirectDeliveries.MostForLong + 1).Select(i => $"i{i}")];
        await TakeAsync(many);
        await Eventually.IsAsync(() => Task.FromResult(_handled.Count), handled => handled == many.Length);

        failing.SetException(new TimeoutException("out of reach"));
        await Eventually.IsAsync(() => Task.FromResult(_messages.Values.Count(m => m.IsSettled)), settled => settled > 0);

        Assert.True(_bench.Elapsed < DirectDeliverySettings.Default.Deadline, $"{_bench.Elapsed}");
    }

    [Fact]
    public async Task Dispatcher_ThatFails_IsPassedByForSomeSecondsThenTriedByOneBatch()
    {
        var healthy = Dispatcher;
        Dispatcher = _ => Task.FromException<IReadOnlyList<Outcome>>(new TimeoutException("away"));
        await TakeAsync("a");
        await TakeAsync("b");
        await EndsAsync("a", Outcome.waiting);
        await EndsAsync("b", Outcome.waiting);
        Assert.Equal(["a"], _dispatched);

        _bench.Time.Advance(ShardDelivery.Detour);
        var answer = new TaskCompletionSource<IReadOnlyList<Outcome>>();
        Dispatcher = _ => answer.Task;
        await TakeAsync("c");
        await AfterATurnAsync(TakeAsync("d"));
        await EndsAsync("d", Outcome.waiting);
        answer.SetResult([Outcome.counted]);
        await EndsAsync("c", Outcome.counted);

        Dispatcher = healthy;
        await TakeAsync("e");
        await EndsAsync("e", Outcome.counted);
        Assert.Equal(["a", "c", "e"], _dispatched);
    }

    [Fact]
    public async Task Dispatcher_ThatDoesNotAnswer_IsGivenUpAfterItsPatience()
    {
        Dispatcher = _ => new TaskCompletionSource<IReadOnlyList<Outcome>>().Task;
        await TakeAsync("a");
        Assert.Empty(_handled);

        _bench.Time.Advance(ShardDelivery.Patience);

        await EndsAsync("a", Outcome.waiting);
    }

    [Fact]
    public async Task Dispatcher_ThatAnswersForAnotherNumberOfEvents_IsNotBelieved()
    {
        Dispatcher = _ => Task.FromResult<IReadOnlyList<Outcome>>([Outcome.counted]);

        await TakeAsync("a", "b");

        await EndsAsync("a", Outcome.waiting);
        await EndsAsync("b", Outcome.waiting);
    }

    [Fact]
    public async Task Poison_InABatch_IsTriedUntilItsDeadlineAndNackedAlone()
    {
        Dispatcher = events => Task.FromResult<IReadOnlyList<Outcome>>([.. events.Select(e => e.Instance == "poison" ? Outcome.none : Outcome.counted)]);
        Instance = _ => Task.FromException<Outcome>(new InvalidOperationException("The test asked for it."));
        await TakeAsync("a", "poison", "b");
        await EndsAsync("a", Outcome.counted);
        await EndsAsync("b", Outcome.counted);

        await _bench.UntilAsync(() => _bench.Status.Nacked == 1);

        var failed = Assert.Single(await _bench.Observer.FailedAsync(1));
        Assert.Equal("poison", Assert.IsType<InstanceEvent>(failed.Item).Instance);
        Assert.True(_bench.Elapsed >= DirectDeliverySettings.Default.Deadline);
        Assert.InRange(_handled.Count, 5, 60);
    }

    [Fact]
    public async Task Instance_ThatDoesNotAnswer_IsCalledAgainAfterTheCallsTimeout()
    {
        Dispatcher = _ => Task.FromResult<IReadOnlyList<Outcome>>([Outcome.none]);
        Instance = _ => _handled.Count == 1 ? new TaskCompletionSource<Outcome>().Task : Task.FromResult(Outcome.counted);
        await TakeAsync("a");

        await _bench.UntilAsync(() => _messages["a"].IsSettled);

        await EndsAsync("a", Outcome.counted);
        Assert.Equal(2, _handled.Count);
        Assert.True(_bench.Elapsed >= DirectDeliverySettings.Default.CallTimeout);
    }

    private static InstanceEvent EventOf(string instance) => Grains.Events.Interrupted() with { Instance = instance };

    private Task TakeAsync(params string[] instances)
    {
        var batch = _bench.HandOut(_stream, [.. instances.Select(EventOf)]);
        foreach (var message in batch.Messages)
        {
            _messages.Add(((InstanceEvent)message.Item).Instance, message);
        }

        return _delivery.TakeAsync(batch);
    }

    private Task<IReadOnlyList<Outcome>> DispatchAsync(IReadOnlyList<InstanceEvent> events)
    {
        foreach (var e in events)
        {
            _dispatched.Enqueue(e.Instance);
        }

        return Dispatcher(events);
    }

    private Task<Outcome> HandleAsync(InstanceEvent e)
    {
        _handled.Enqueue(e.Instance);
        return Instance(e);
    }

    /// <summary>Waits until an instance's message is settled, and sees that it is acked with an outcome; the clock stands still meanwhile.</summary>
    private async Task EndsAsync(string instance, Outcome outcome)
    {
        var message = _messages[instance];
        await Eventually.IsAsync(() => Task.FromResult(message.IsSettled), settled => settled);
        Assert.Equal((LeaseState.Done, outcome), (message.State, message.Result));
    }

    /// <summary>Where a batch before it is on its way, the next one begins to wait when the bench's time is asked.</summary>
    private Task AfterATurnAsync(Task batch) => _bench.UntilAsync(() => batch.IsCompleted);

    private Task<bool> EnterAsync(int events) => _room.EnterAsync(events, TimeSpan.FromMinutes(1), TimeProvider.System).AsTask();
}
