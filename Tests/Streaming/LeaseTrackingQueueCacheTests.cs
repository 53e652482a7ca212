using Orleans.Streaming.PubSub;
using Orleans.Streams;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class LeaseTrackingQueueCacheTests : IDisposable
{
    private const string One = "one";

    private readonly LeaseBench _bench = new(o => (o.QueueCapacity, o.MaxBatchMessages) = (16, 3));
    private readonly LogRecorder _log = new();
    private readonly LeaseTrackingQueueCache _cache;
    private readonly StreamId _stream = StreamId.Create("ok", One);

    public LeaseTrackingQueueCacheTests() => _cache = new LeaseTrackingQueueCache(_bench.Circuit, _bench.Options, _log);

    public void Dispose()
    {
        _bench.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Message_ReadByThePinAlone_IsRejected()
    {
        var message = Assert.Single(await AddAsync(1));

        _cache.GetCacheCursor(_stream, null).Dispose();

        Assert.Equal(LeaseState.Failed, message.State);
        IsLogged("NoConsumer", message);
    }

    [Fact]
    public async Task Batch_IsWhatWaitsForItsStreamUpToItsSize()
    {
        var messages = await AddAsync(4);
        var cursor = _cache.GetCacheCursor(_stream, null);
        await AddAsync(1, "other");

        Assert.Equal(messages[..3], TakeOver(cursor));
        Assert.Equal(messages[3..], TakeOver(cursor));
        Assert.False(Moves(cursor));
    }

    [Fact]
    public async Task Messages_OfABatch_AreSettledByTheirConsumerAloneAndOneByOne()
    {
        var messages = await AddAsync(3);
        var cursor = _cache.GetCacheCursor(_stream, null);
        TakeOver(cursor);

        Assert.False(Moves(cursor));
        Assert.All(messages, message => Assert.Equal(LeaseState.Held, message.State));
        messages[1].Nack();
        messages[2].Ack();

        Assert.Equal([LeaseState.Held, LeaseState.Failed, LeaseState.Done], messages.Select(message => message.State));
    }

    [Fact]
    public async Task Batch_WhoseDeliveryFailed_IsRejectedAsFarAsItIsUnsettledAndTheNextIsDelivered()
    {
        var messages = await AddAsync(4);
        var cursor = _cache.GetCacheCursor(_stream, null);
        TakeOver(cursor);
        messages[0].Ack();

        cursor.RecordDeliveryFailure();

        Assert.Equal([LeaseState.Done, LeaseState.Failed, LeaseState.Failed], messages[..3].Select(message => message.State));
        IsLogged("DeliveryFailed", messages[0]);
        Assert.Equal(messages[3..], TakeOver(cursor));
    }

    [Fact]
    public async Task Batch_PassedByWithoutAnObserver_IsRejected()
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);

        Moves(cursor);

        Assert.Equal(LeaseState.Failed, message.State);
        IsLogged("NotTaken", message);
    }

    [Fact]
    public async Task Batch_ReadByAFilterAlone_IsRejected()
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);
        Assert.Single(((PubSubBatch)Assert.Single(Current(cursor).GetEvents<object>()).Item1).Messages);

        Moves(cursor);

        Assert.Equal(LeaseState.Failed, message.State);
    }

    [Fact]
    public async Task Batch_OfferedToAnObserverThatWasNotCalled_IsRejected()
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);
        Assert.Single(Current(cursor).GetEvents<PubSubBatch>());

        Moves(cursor);

        Assert.Equal(LeaseState.Failed, message.State);
    }

    [Fact]
    public async Task Batch_ObservedAsAnotherType_Throws()
    {
        await AddAsync(1);
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);

        Assert.Throws<InvalidCastException>(() => Current(cursor).GetEvents<TextItem>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batch_InFlightWhenItsCursorCloses_StaysWithAConsumerThatTookItOver(bool taken)
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        if (taken)
        {
            TakeOver(cursor);
        }
        else
        {
            Moves(cursor);
        }

        cursor.Dispose();
        cursor.Dispose();

        Assert.Equal(taken ? LeaseState.Held : LeaseState.Returned, message.State);
    }

    [Fact]
    public async Task Message_OfAStreamThatTheAgentRemembersWithoutConsumer_IsRejectedAtTheNextTurn()
    {
        var message = Assert.Single(await AddAsync(1));

        Assert.Empty(_cache.TakeIn([]));

        Assert.Equal(LeaseState.Failed, message.State);
    }

    [Fact]
    public async Task Message_LeftInItsStreamAsTheSiloStops_IsGivenBackWithoutBlame()
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        _bench.Leases.BeginStop();
        Assert.False(Moves(cursor));

        cursor.Dispose();

        Assert.Equal(LeaseState.Returned, message.State);
    }

    [Fact]
    public async Task Stream_WithASecondConsumer_AcksForNeither()
    {
        var messages = await AddAsync(4);
        var first = _cache.GetCacheCursor(_stream, null);
        var second = _cache.GetCacheCursor(_stream, null);
        TakeOver(first);

        Assert.False(Moves(second));
        Assert.False(Moves(first));

        Assert.All(messages, message => Assert.False(message.Ack()));
        Assert.All(messages, message => Assert.Equal(LeaseState.Failed, message.State));
        Assert.Contains(_log.Lines, line => line.Event.Name == "SeveralConsumers");
    }

    [Fact]
    public async Task Stream_WithItsQuarterUnsettled_WaitsAndIsToldWhenItMayGoOn()
    {
        var messages = await AddAsync(6);
        var cursor = _cache.GetCacheCursor(_stream, null);
        TakeOver(cursor);
        Assert.Equal(messages[3..4], TakeOver(cursor));
        Assert.False(Moves(cursor));
        Assert.Empty(_cache.TakeIn([]));

        messages[2].Ack();

        Assert.Equal([_stream], _cache.TakeIn([]).Select(arrival => arrival.StreamId));
        Assert.Equal(messages[4..5], TakeOver(cursor));
        Assert.All(messages[4..], message => Assert.Equal(LeaseState.Held, message.State));
    }

    [Fact]
    public async Task Stream_ThatIsStuck_LeavesTheOthersTheirRoom()
    {
        await AddAsync(12);
        var stuck = _cache.GetCacheCursor(_stream, null);
        TakeOver(stuck);
        TakeOver(stuck);
        Assert.False(Moves(stuck));

        for (var i = 0; i < 20; i++)
        {
            var message = Assert.Single(await AddAsync(1, "other"));
            using var cursor = _cache.GetCacheCursor(message.Stream, null);
            Assert.Equal([message], TakeOver(cursor));
            message.Ack();
        }
    }

    [Fact]
    public async Task Stream_WhileTheCircuitIsOpen_WaitsThenTriesOneMessage()
    {
        var messages = await AddAsync(3);
        for (var i = 0; i < _bench.Options.CircuitFailureThreshold; i++)
        {
            _bench.Circuit.Failed($"failing-{i}");
        }

        var cursor = _cache.GetCacheCursor(_stream, null);
        Assert.False(Moves(cursor));
        Assert.Empty(_cache.TakeIn([]));

        _bench.Time.Advance(_bench.Options.CircuitBreakMin);
        Assert.Single(_cache.TakeIn([]));
        Assert.Equal(messages[..1], TakeOver(cursor));
        Assert.False(Moves(cursor));
        Assert.Empty(_cache.TakeIn([]));

        messages[0].Ack();
        Assert.Single(_cache.TakeIn([]));
        Assert.Equal(messages[1..], TakeOver(cursor));
    }

    [Fact]
    public async Task Room_OfMessagesGivenUpForTheirAge_IsFreedWhileTheirConsumerHangs()
    {
        await AddAsync(6);
        var cursor = _cache.GetCacheCursor(_stream, null);
        TakeOver(cursor);
        TakeOver(cursor);
        Assert.False(Moves(cursor));

        await _bench.UntilAsync(() => _bench.Status.Expired == 6);
        var fresh = await AddAsync(1);

        Assert.Equal(fresh, TakeOver(cursor));
    }

    private static bool Moves(IQueueCacheCursor cursor) => cursor.MoveNextWithResult().Kind == QueueCacheCursorMoveResultKind.Success;

    private static PubSubBatchContainer Current(IQueueCacheCursor cursor) => (PubSubBatchContainer)cursor.GetCurrent(out _)!;

    /// <summary>The agent moves on, and an observer takes over the batch.</summary>
    private static IReadOnlyList<PubSubMessage> TakeOver(IQueueCacheCursor cursor)
    {
        Assert.True(Moves(cursor));
        return Assert.Single(Current(cursor).GetEvents<PubSubBatch>()).Item1.Messages;
    }

    private void IsLogged(string name, PubSubMessage message) =>
        Assert.Contains(message.MessageId, Assert.Single(_log.Lines, line => line.Event.Name == name).Text, StringComparison.Ordinal);

    private async Task<PubSubMessage[]> AddAsync(int count, string stream = One)
    {
        PubSubMessage[] messages = [.. await _bench.TakeAsync(count, stream)];
        Assert.Single(_cache.TakeIn([messages]));
        return messages;
    }
}
