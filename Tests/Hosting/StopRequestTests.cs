using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Hosting;
using Xunit;

namespace OrleansSie.Tests.Hosting;

public sealed class StopRequestTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _exits = [];

    [Fact]
    public async Task FirstSignal_AsksAndDoesNotEnd()
    {
        var stop = Request();
        Assert.False(stop.IsAsked);

        stop.Receive(15);

        await CancelledAsync(stop);
        Assert.True(stop.IsAsked);
        Assert.Empty(_exits);
    }

    [Fact]
    public void SignalThatArrivesTwice_IsOneRequest()
    {
        var stop = Request();
        stop.Receive(15);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        stop.Receive(15);

        Assert.Empty(_exits);
    }

    [Theory]
    [InlineData(1, 129)]
    [InlineData(2, 130)]
    [InlineData(3, 131)]
    [InlineData(15, 143)]
    public void SecondSignal_EndsAtOnce_AsIfNothingHandledIt(int signal, int exitCode)
    {
        var stop = Request();
        stop.Receive(15);
        _time.Advance(TimeSpan.FromSeconds(1));
        stop.Receive(signal);

        Assert.Equal([exitCode], _exits);
    }

    [Fact]
    public async Task StopOfItsOwn_IsNotAsked_AndASignalDuringItIsTheFirst()
    {
        var stop = Request();
        stop.Begin();
        await CancelledAsync(stop);
        Assert.False(stop.IsAsked);

        _time.Advance(TimeSpan.FromSeconds(5));
        stop.Receive(15);

        Assert.True(stop.IsAsked);
        Assert.Empty(_exits);
    }

    private StopRequest Request() => new(_time, _exits.Add);

    private static async Task CancelledAsync(StopRequest stop) => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, stop.Token));
}
