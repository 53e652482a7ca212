using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Hosting;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Hosting;

public sealed class StopDeadlineTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<ProcessEnd> _ends = [];

    [Fact]
    public async Task StopThatWasAskedFor_EndsInTime_WithoutFault()
    {
        var stop = new StopRequest(_time);
        using var deadline = StopDeadline.Of(stop, _time, _ends.Add);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_ends);

        stop.Receive(15);
        var end = await EndAsync();

        Assert.Equal(0, end.ExitCode);
        Assert.DoesNotContain("again", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopOfItsOwn_EndsInTime_AndAsksToBeStartedAgain()
    {
        var stop = new StopRequest(_time);
        using var deadline = StopDeadline.Of(stop, _time, _ends.Add);

        stop.Begin();
        var end = await EndAsync();

        Assert.Equal(75, end.ExitCode);
        Assert.EndsWith("Start it again.", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StopThatIsOver_IsNotEndedAgain()
    {
        var stop = new StopRequest(_time);
        using (StopDeadline.Of(stop, _time, _ends.Add))
        {
            stop.Receive(15);
        }

        _time.Advance(StopDeadline.Patience * 2);

        Assert.Empty(_ends);
    }

    /// <summary>The end that comes in 28 s of fake time, whenever the delay began.</summary>
    private async Task<ProcessEnd> EndAsync() => (await Eventually.IsAsync(
        () =>
        {
            _time.Advance(StopDeadline.Patience);
            return Task.FromResult(_ends.ToArray());
        },
        ends => ends.Length == 1))[0];
}
