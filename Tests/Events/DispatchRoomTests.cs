using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Events;
using Xunit;

namespace OrleansSie.Tests.Events;

public sealed class DispatchRoomTests
{
    private static readonly TimeSpan _fast = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(900);

    private readonly DispatchRoom _room = new();

    [Fact]
    public async Task Batches_EnterInTheirOrderAsOthersLeave()
    {
        await EnterAsync(DispatchRoom.First);
        var large = EnterAsync(DispatchRoom.First - 1);
        var small = EnterAsync(1);
        Assert.False(large.IsCompleted || small.IsCompleted);

        // Without an answer the size stays.
        _room.Leave(DispatchRoom.First, null, _slow);

        await Task.WhenAll(large, small);
        Assert.False(EnterAsync(1).IsCompleted);
    }

    [Fact]
    public void Batch_LargerThanTheRoom_EntersAlone()
    {
        Assert.True(EnterAsync(DispatchRoom.Most * 2).IsCompleted);
        Assert.False(EnterAsync(1).IsCompleted);
    }

    [Fact]
    public void Room_GrowsWhileBatchesComeBackFastAndShrinksWhileTheyAreSlow()
    {
        Pass(1000, 0, _fast);
        Assert.Equal(DispatchRoom.Most, _room.Size);

        Pass(1, 0, _slow);
        Assert.InRange(_room.Size, DispatchRoom.Most / 2, DispatchRoom.Most - 1);
        Pass(1000, 0, _slow);
        Assert.Equal(DispatchRoom.Least, _room.Size);
    }

    [Fact]
    public void Room_IsHalvedByABatchMostlyWithoutOutcomes()
    {
        Pass(1, 60, _slow);

        Assert.Equal(DispatchRoom.First / 2, _room.Size);
    }

    [Fact]
    public void Room_GrowsWhereAFewInstancesAreSlow_AsTheyHoldIt()
    {
        Pass(1000, 3, _slow);

        Assert.Equal(DispatchRoom.Most, _room.Size);
    }

    [Fact]
    public void Room_StaysWhereADispatcherIsAway()
    {
        Pass(1000, null, _slow);

        Assert.Equal(DispatchRoom.First, _room.Size);
    }

    [Fact]
    public async Task Batch_ThatWaitedTooLong_LeavesTheLineAndTakesNoRoom()
    {
        await EnterAsync(DispatchRoom.First);
        var time = new FakeTimeProvider();
        var impatient = _room.EnterAsync(DispatchRoom.First, TimeSpan.FromSeconds(5), time);
        var next = EnterAsync(1);

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await impatient);
        _room.Leave(DispatchRoom.First, null, TimeSpan.Zero);

        Assert.True(await next);
        Assert.True(EnterAsync(1).IsCompleted);
    }

    private void Pass(int batches, int? without, TimeSpan took)
    {
        for (var i = 0; i < batches; i++)
        {
            Assert.True(EnterAsync(100).IsCompleted);
            _room.Leave(100, without, took);
        }
    }

    private Task<bool> EnterAsync(int events) => _room.EnterAsync(events, TimeSpan.FromMinutes(1), TimeProvider.System).AsTask();
}
