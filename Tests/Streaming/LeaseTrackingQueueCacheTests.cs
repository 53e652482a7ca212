using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Providers.Streams.Common;
using Orleans.Streaming.PubSub;
using Orleans.Streams;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class LeaseTrackingQueueCacheTests : IDisposable
{
    private readonly LeaseBench _bench = new(o => o.QueueCapacity = 4);
    private readonly LeaseTrackingQueueCache _cache;
    private readonly StreamId _stream = StreamId.Create("ok", "1");

    public LeaseTrackingQueueCacheTests() => _cache = new LeaseTrackingQueueCache(_bench.Circuit, _bench.Options, NullLogger.Instance);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Message_ReadByThePinAlone_IsRejected()
    {
        var message = Assert.Single(await AddAsync(1));

        _cache.GetCacheCursor(_stream, null).Dispose();

        Assert.Equal(LeaseState.Failed, message.Lease.State);
        Assert.Equal(4, _cache.GetMaxAddCount());
    }

    [Fact]
    public async Task Message_Delivered_IsAckedAsTheAgentMovesOn()
    {
        var messages = await AddAsync(2);
        var cursor = _cache.GetCacheCursor(_stream, null);

        Assert.True(Moves(cursor));
        messages[0].MarkDelivered();
        Assert.Equal(LeaseState.Held, messages[0].Lease.State);
        Assert.True(Moves(cursor));

        Assert.Equal((LeaseState.Done, LeaseState.Held), (messages[0].Lease.State, messages[1].Lease.State));
        Assert.Same(messages[1], cursor.GetCurrent(out _));
    }

    [Fact]
    public async Task Message_WhoseDeliveryFailed_IsRejectedAndTheNextIsDelivered()
    {
        var messages = await AddAsync(2);
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);
        cursor.RecordDeliveryFailure();
        Moves(cursor);
        messages[1].MarkDelivered();

        Assert.False(Moves(cursor));

        Assert.Equal((LeaseState.Failed, LeaseState.Done), (messages[0].Lease.State, messages[1].Lease.State));
    }

    [Fact]
    public async Task Message_PassedByWithoutEvidenceOfItsDelivery_IsRejected()
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);

        Moves(cursor);

        Assert.Equal(LeaseState.Failed, message.Lease.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Message_InFlightWhenItsCursorCloses_IsAckedOnlyIfDelivered(bool delivered)
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);
        if (delivered)
        {
            message.MarkDelivered();
        }

        cursor.Dispose();
        cursor.Dispose();

        Assert.Equal(delivered ? LeaseState.Done : LeaseState.Returned, message.Lease.State);
    }

    [Fact]
    public async Task Message_OfAStreamThatTheAgentRemembersWithoutConsumer_IsRejectedAtTheNextTurn()
    {
        var message = Assert.Single(await AddAsync(1));

        Assert.Equal(4, _cache.GetMaxAddCount());

        Assert.Equal(LeaseState.Failed, message.Lease.State);
    }

    [Fact]
    public async Task Message_LeftInItsStreamAsTheSiloStops_IsGivenBackWithoutBlame()
    {
        var message = Assert.Single(await AddAsync(1));
        var cursor = _cache.GetCacheCursor(_stream, null);
        _bench.Leases.BeginStop();

        cursor.Dispose();

        Assert.Equal(LeaseState.Returned, message.Lease.State);
    }

    [Fact]
    public async Task Stream_WithASecondConsumer_AcksForNeither()
    {
        var messages = await AddAsync(2);
        var first = _cache.GetCacheCursor(_stream, null);
        var second = _cache.GetCacheCursor(_stream, null);
        Moves(first);

        Assert.False(Moves(second));
        messages[0].MarkDelivered();
        Assert.False(Moves(first));

        Assert.All(messages, message => Assert.Equal(LeaseState.Failed, message.Lease.State));
    }

    [Fact]
    public async Task Room_IsWhatIsNotOutstandingAndNoneWhileTheCircuitIsOpen()
    {
        var messages = await AddAsync(3);
        var cursor = _cache.GetCacheCursor(_stream, null);
        Assert.Equal(1, _cache.GetMaxAddCount());
        Moves(cursor);
        messages[0].MarkDelivered();
        Moves(cursor);
        Assert.Equal(2, _cache.GetMaxAddCount());

        for (var i = 0; i < _bench.Options.CircuitFailureThreshold; i++)
        {
            _bench.Circuit.Failed(StreamId.Create("ok", $"failing-{i}"));
        }

        Assert.Equal(0, _cache.GetMaxAddCount());
        _bench.Time.Advance(_bench.Options.CircuitBreakMin);
        Assert.Equal(0, _cache.GetMaxAddCount());
        cursor.Dispose();
        Assert.Equal(1, _cache.GetMaxAddCount());
    }

    [Fact]
    public async Task Room_OfAMessageGivenUpForItsAge_IsFreedWhileItsDeliveryHangs()
    {
        await AddAsync(4);
        var cursor = _cache.GetCacheCursor(_stream, null);
        Moves(cursor);
        Assert.Equal(0, _cache.GetMaxAddCount());

        await _bench.UntilAsync(() => _bench.Leases.GivenUp > 0);

        Assert.Equal(4, _cache.GetMaxAddCount());
        Assert.False(Moves(cursor));
    }

    private static bool Moves(IQueueCacheCursor cursor) => cursor.MoveNextWithResult().Kind == QueueCacheCursorMoveResultKind.Success;

    private async Task<List<PubSubBatchContainer>> AddAsync(int count)
    {
        var messages = (await _bench.TakeAsync(count))
            .Select((lease, i) => new PubSubBatchContainer(_stream, new EventSequenceTokenV2(i + 1), new TextItem(lease.MessageId, "ok/1"), lease))
            .ToList();
        _cache.AddToCache([.. messages]);
        return messages;
    }
}
