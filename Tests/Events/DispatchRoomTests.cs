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
        await _room.EnterAsync(DispatchRoom.First);
        var large = _room.EnterAsync(DispatchRoom.First - 1);
        var small = _room.EnterAsync(1);
        Assert.False(large.IsCompleted || small.IsCompleted);

        // Not whole, and not mostly without an outcome: the size stays.
        _room.Leave(DispatchRoom.First, 1, _slow);

        await Task.WhenAll(large, small);
        Assert.False(_room.EnterAsync(1).IsCompleted);
    }

    [Fact]
    public void Batch_LargerThanTheRoom_EntersAlone()
    {
        Assert.True(_room.EnterAsync(DispatchRoom.Most * 2).IsCompleted);
        Assert.False(_room.EnterAsync(1).IsCompleted);
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

    [Theory]
    [InlineData(3)]
    [InlineData(null)]
    public void Room_StaysWhereAFewInstancesAreSlowOrADispatcherIsAway(int? without)
    {
        Pass(1000, without, _slow);

        Assert.Equal(DispatchRoom.First, _room.Size);
    }

    private void Pass(int batches, int? without, TimeSpan took)
    {
        for (var i = 0; i < batches; i++)
        {
            Assert.True(_room.EnterAsync(100).IsCompleted);
            _room.Leave(100, without, took);
        }
    }
}
