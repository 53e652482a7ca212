using OrleansSie.Silo.Hosting;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Hosting;

public sealed class ProcessEndTests
{
    private static readonly RedisServerException _away = new("NOREPLICAS Not enough good replicas to write.");

    [Fact]
    public void Sigterm_WhileSeveralServicesStart_IsNoFault()
    {
        var end = ProcessEnd.Of(new AggregateException("failed to start", new TaskCanceledException(), new OperationCanceledException()), isAsked: true);

        Assert.Equal((0, null), (end.ExitCode, end.Message));
    }

    [Fact]
    public void Sigterm_WhileSomethingIsAway_IsNoFault()
    {
        var end = ProcessEnd.Of(new AggregateException(new TaskCanceledException(), _away), isAsked: true);

        Assert.Equal((0, null), (end.ExitCode, end.Message));
    }

    [Fact]
    public void Start_BrokenOffByNobody_IsToBeStartedAgain()
    {
        var end = ProcessEnd.Of(new TaskCanceledException("A task was canceled."), isAsked: false);

        Assert.Equal(75, end.ExitCode);
        Assert.EndsWith("Start it again.", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Redis_ThatFallsAwayDuringTheJoin_IsToldInOneLineAndTemporary()
    {
        var end = ProcessEnd.Of(new AggregateException(new TaskCanceledException(), new InvalidOperationException("start\nfailed", _away)), isAsked: false);

        Assert.Equal(75, end.ExitCode);
        Assert.DoesNotContain('\n', end.Message!);
    }

    [Fact]
    public void Refusal_BesideOtherFaults_IsWhatIsTold()
    {
        var end = ProcessEnd.Of(new AggregateException(_away, new StartUpException("Set maxmemory-policy noeviction.")), isAsked: false);

        Assert.Equal((78, "Set maxmemory-policy noeviction."), (end.ExitCode, end.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fault_OfTheProgram_IsToldInOneLineWithItsPlace(bool isAsked)
    {
        var fault = Assert.Throws<InvalidOperationException>(Fail);

        var end = ProcessEnd.Of(new AggregateException(_away, fault), isAsked);

        Assert.Equal(
            (70, "The silo ends by a fault of the program: InvalidOperationException in OrleansSie.Tests.Hosting.ProcessEndTests.Fail: a bug. Start it again, and report this line."),
            (end.ExitCode, end.Message));
    }

    [Theory]
    [InlineData(false, 75)]
    [InlineData(true, 0)]
    public void Silo_ThatMustNotGoOn_SaysSoInOneLine_UnlessItIsAskedToEnd(bool isAsked, int exitCode)
    {
        var end = ProcessEnd.OfFatal($"declared dead\n{new string('x', 1_000)}", isAsked);

        Assert.Equal(exitCode, end.ExitCode);
        Assert.Equal(isAsked, end.Message is null);
        Assert.InRange(end.Message?.Length ?? 0, 0, 400);
        Assert.DoesNotContain('\n', end.Message ?? "");
    }

    private static void Fail() => throw new InvalidOperationException("a bug");
}
