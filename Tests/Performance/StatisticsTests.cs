using OrleansSie.Bench.Load;
using Xunit;

namespace OrleansSie.Tests.Performance;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 2, 3 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7)]
    public void Median_IsTheMiddle(double[] values, double median) => Assert.Equal(median, Statistics.Median(values));

    /// <summary>Of eleven values at most one lies below the median with a chance of 12 in 2,048, at most two with one of 67.</summary>
    [Fact]
    public void Interval_OfElevenValues_LeavesOutOneAtEachEnd() =>
        Assert.Equal((2.0, 10.0), Statistics.Interval([.. Enumerable.Range(1, 11).Select(i => (double)i).Reverse()]));

    [Fact]
    public void Interval_OfSixValues_IsAllOfThem() => Assert.Equal((1.0, 6.0), Statistics.Interval([1, 2, 3, 4, 5, 6]));

    [Fact]
    public void Interval_OfFiveValues_CannotBeTold() => Assert.Null(Statistics.Interval([1, 2, 3, 4, 5]));

    [Fact]
    public void Times_OfAHundred_AreThe50thAndThe99th()
    {
        var times = Enumerable.Range(1, 100).Reverse().Select(i => TimeSpan.FromMilliseconds(i)).ToList();

        Assert.Equal([50.0, 99.0], Figure.OfTimes("delay", times).Select(f => f.Value));
    }
}
