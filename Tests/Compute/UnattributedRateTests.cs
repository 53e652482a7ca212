using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

public sealed class UnattributedRateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly UnattributedRate _pace;

    public UnattributedRateTests() => _pace = new UnattributedRate(_time);

    [Fact]
    public void Waiting_AfterAQuietTime_AsksAtOnce()
    {
        Assert.True(_pace.Count());
        Assert.False(_pace.Count());
        _time.Advance(UnattributedRate.Quiet);
        Assert.True(_pace.Count());
    }

    [Fact]
    public void Waiting_ManyWithinAMinute_AsksOnce()
    {
        var asked = Enumerable.Range(0, 100).Count(_ => _pace.Count());

        Assert.Equal(2, asked);
    }

    [Fact]
    public void Waiting_ManyInEveryMinute_AsksOnceAMinute()
    {
        var asked = 0;
        for (var second = 0; second < 600; second++)
        {
            asked += _pace.Count() ? 1 : 0;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(11, asked);
    }

    [Fact]
    public void Waiting_ATrickle_AsksOnlyAtFirst()
    {
        var asked = 0;
        for (var minute = 0; minute < 60; minute++)
        {
            asked += _pace.Count() ? 1 : 0;
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(1, asked);
    }
}
