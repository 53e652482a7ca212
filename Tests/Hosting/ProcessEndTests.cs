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
        var end = ProcessEnd.Of(new AggregateException("failed to start", new TaskCanceledException(), new OperationCanceledException()));

        Assert.Equal((0, null), (end.ExitCode, end.Message));
    }

    [Fact]
    public void Redis_ThatFallsAwayDuringTheJoin_IsToldInOneLineAndTemporary()
    {
        var end = ProcessEnd.Of(new AggregateException(new TaskCanceledException(), new InvalidOperationException("start\nfailed", _away)));

        Assert.Equal(75, end.ExitCode);
        Assert.DoesNotContain('\n', end.Message!);
    }

    [Fact]
    public void Refusal_BesideOtherFaults_IsWhatIsTold()
    {
        var end = ProcessEnd.Of(new AggregateException(_away, new StartUpException("Set maxmemory-policy noeviction.")));

        Assert.Equal((78, "Set maxmemory-policy noeviction."), (end.ExitCode, end.Message));
    }

    [Fact]
    public void Fault_ThatNobodyExpects_IsToldWithItsStack()
    {
        var end = ProcessEnd.Of(new AggregateException(_away, new InvalidOperationException("a bug")));

        Assert.Equal(70, end.ExitCode);
        Assert.Contains("System.InvalidOperationException: a bug", end.Message, StringComparison.Ordinal);
    }
}
