using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

public sealed class InventoryScheduleTests
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();
    private readonly InventorySchedule _schedule;

    public InventoryScheduleTests() => _schedule = new InventorySchedule(_time, _interval);

    [Fact]
    public void Listing_IsDueAtOnceAndThenFromStartToStart()
    {
        Assert.True(_schedule.IsDue);
        _schedule.Begin();
        _time.Advance(TimeSpan.FromMinutes(2));
        _schedule.End(ListingEnd.Complete);

        _time.Advance(TimeSpan.FromMinutes(3) - TimeSpan.FromSeconds(1));
        Assert.False(_schedule.IsDue);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_schedule.IsDue);
    }

    [Theory]
    [InlineData(false, 60)]
    [InlineData(true, 300)]
    public void Listing_ThatDidNotEnd_IsDueWhenItMayHelp(bool isRefused, int seconds)
    {
        _schedule.Begin();
        _schedule.End(isRefused ? ListingEnd.Refused : ListingEnd.Broken);

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(_schedule.IsDue);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void Listing_AskedFor_IsDueAtOnceButOnceAMinute()
    {
        Run();
        _time.Advance(TimeSpan.FromSeconds(10));
        _schedule.Ask();
        Assert.True(_schedule.IsDue);
        Run();

        _time.Advance(TimeSpan.FromSeconds(59));
        _schedule.Ask();
        Assert.False(_schedule.IsDue);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_schedule.IsDue);
        Run();
        Assert.False(_schedule.IsDue);
    }

    [Fact]
    public void Listing_AskedForWhileOneRuns_IsDueAfterIt()
    {
        _schedule.Begin();
        _schedule.Ask();
        _schedule.End(ListingEnd.Complete);

        Assert.True(_schedule.IsDue);
    }

    private void Run()
    {
        _schedule.Begin();
        _schedule.End(ListingEnd.Complete);
    }
}
