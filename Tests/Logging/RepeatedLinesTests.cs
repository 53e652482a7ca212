using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Events;
using OrleansSie.Silo.Logging;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using Xunit;

namespace OrleansSie.Tests.Logging;

/// <summary>A storm of failures: the first at once, then once a minute with how many there were, and nothing uncounted.</summary>
public sealed class RepeatedLinesTests : IDisposable
{
    private const string Subscription = "projects/p/subscriptions/s";

    private static readonly InvalidOperationException _failure = new("away");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly WrittenLog _log = new();
    private readonly BoundedLoggerProvider _provider;
    private readonly ILogger _logger;

    public RepeatedLinesTests()
    {
        _provider = new BoundedLoggerProvider(_log, isDebug: false, _time);
        _logger = _provider.CreateLogger("OrleansSie.Silo.Storage.StoreHealth");
    }

    [Fact]
    public void LostStore_IsToldAtOnceAndThenOnceAMinuteWithACount()
    {
        for (var second = 0; second < 180; second++)
        {
            StorageLog.StoreUnavailable(_logger, _failure, "the store", $"refused {second}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, _log.Lines.Length);
        Assert.EndsWith("and nothing is lost. InvalidOperationException: away", _log.Lines[0], StringComparison.Ordinal);
        Assert.Contains("refused 59. Check", _log.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith("(59 such lines since 10:00:00Z)", _log.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith("(60 such lines since 10:01:00Z)", _log.Lines[2], StringComparison.Ordinal);
        Assert.EndsWith("(60 such lines since 10:02:00Z)", _log.Lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void LostStore_ThatWorkedForAMinute_IsToldAtOnceAgainAndWithoutACount()
    {
        StorageLog.StoreUnavailable(_logger, _failure, "the store", "refused");
        _time.Advance(TimeSpan.FromSeconds(70));
        StorageLog.StoreUnavailable(_logger, _failure, "the store", "refused");

        Assert.Equal(2, _log.Lines.Length);
        Assert.DoesNotContain("such lines", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_LeftOut_AreToldAtTheEndOfTheProcess()
    {
        for (var i = 0; i < 3; i++)
        {
            StorageLog.StoreUnavailable(_logger, _failure, "the store", "refused");
        }

        _provider.Dispose();

        Assert.Equal(2, _log.Lines.Length);
        Assert.EndsWith("(2 such lines since 10:00:00Z)", _log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void LinesWithoutAnException_AreWrittenFiveTimesAMinute()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _logger.Ignored(Outcome.not_json, Subscription, i.ToString(CultureInfo.InvariantCulture), "'x' is no JSON.");
        }

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(6, _log.Lines.Length);
        Assert.Contains("message 4 of", _log.Lines[4], StringComparison.Ordinal);
        Assert.Contains("message 999 of", _log.Lines[5], StringComparison.Ordinal);
        Assert.EndsWith("(995 such lines since 10:00:00Z)", _log.Lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public void LinesOfOtherThings_AreNotHiddenByAStorm()
    {
        for (var i = 0; i < 100; i++)
        {
            StorageLog.StoreUnavailable(_logger, _failure, "the store", "refused");
            _logger.Ignored(Outcome.not_json, Subscription, "1", null);
        }

        var before = _log.Lines.Length;
        StorageLog.StoreUnavailable(_logger, _failure, "the membership store", "refused");
        _logger.Ignored(Outcome.invalid_utf8, Subscription, "2", null);
        _logger.Ignored(Outcome.not_json, Subscription + "2", "3", null);
        _logger.SnapshotFailed(_failure);
        _logger.LogError(_failure, "Something else.");
        _provider.CreateLogger("Orleans.Streams").LogError(_failure, "Something else.");

        Assert.Equal(before + 6, _log.Lines.Length);
    }

    [Fact]
    public void LinesAtInfo_AreNeverLeftOut()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _logger.Interruption(Outcome.counted, InstanceEventKind.interrupted, $"vm-{i}", Subscription, "1");
        }

        Assert.Equal(1_000, _log.Lines.Length);
    }

    [Fact]
    public void Kinds_WithoutEnd_AreBoundedInMemoryAndInTheLog()
    {
        for (var i = 0; i < 10_000; i++)
        {
#pragma warning disable CA2254 // As careless code logs: the message itself is new each time.
            _logger.LogWarning(9, $"Peer {i} is gone.");
#pragma warning restore CA2254
        }

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.InRange(_log.Lines.Length, 256, 270);
        Assert.Contains("Peer 9999 is gone. (9739 such lines", _log.Lines[^1], StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _provider.Dispose();
        _log.Dispose();
    }
}
