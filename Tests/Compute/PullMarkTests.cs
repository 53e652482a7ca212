using OrleansSie.Grains.Gaps;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Serialization;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Compute;

/// <summary>What a subscription lost, by when it was pulled.</summary>
public sealed class PullMarkTests
{
    private const string Stored = """
        {"s":1,"p":"2026-03-02T12:00:00+00:00","g":[{"f":"2026-02-16T12:00:00+00:00","u":"2026-02-23T13:00:00+00:00","p":["p","q"]}]}
        """;

    private static readonly TimeSpan _week = TimeSpan.FromDays(7);
    private readonly PullMarkState _state = new();

    [Fact]
    public void FirstPullEver_LosesNothing()
    {
        Assert.True(Pull(Noon));

        Assert.Null(PullMark.LostOf(_state, "p"));
        Assert.Equal(Noon, _state.LastPulledAt);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(59, false)]
    [InlineData(-3599, false)]
    [InlineData(60, true)]
    [InlineData(-3600, true)]
    public void Mark_MovesByAMinuteOrBackFromTheFuture(int seconds, bool moves)
    {
        Pull(Noon);

        Assert.Equal(moves, Pull(Noon.AddSeconds(seconds)));
        Assert.Equal(moves ? Noon.AddSeconds(seconds) : Noon, _state.LastPulledAt);
        Assert.Empty(_state.Gaps);
    }

    [Fact]
    public void Gaps_AboveTheirNumber_BecomeFewerThatSpanTheSame()
    {
        var retention = TimeSpan.FromHours(1);
        Pull(Noon, retention);
        for (var pull = 1; pull <= PullMark.MaxGaps + 10; pull++)
        {
            Pull(Noon.AddHours(5 * pull), retention);
        }

        Assert.Equal(PullMark.MaxGaps, _state.Gaps.Count);
        Assert.Equal(new LostSpan(Noon.AddHours(-1), Noon.AddHours(5 * (PullMark.MaxGaps + 10))), PullMark.LostOf(_state, "p"));
        Assert.Equal(["p", "q"], _state.Gaps[0].Projects);
    }

    [Fact]
    public void Pause_AsLongAsRetention_LosesNothing()
    {
        Pull(Noon);
        Pull(Noon + _week);

        Assert.Empty(_state.Gaps);
    }

    [Fact]
    public void Pause_LongerThanRetention_LosesFromTheMarkToWhatIsKept()
    {
        Pull(Noon);
        Pull(Noon.AddDays(10));

        Assert.Equal(new LostSpan(Noon.AddHours(-1), Noon.AddDays(3).AddHours(1)), PullMark.LostOf(_state, "p"));
        Assert.Equal(PullMark.LostOf(_state, "p"), PullMark.LostOf(_state, "q"));
        Assert.Null(PullMark.LostOf(_state, "another"));
    }

    [Fact]
    public void Pause_LongerThanOperationsAreKept_LosesNoMoreThanThat()
    {
        Pull(Noon);
        Pull(Noon.AddDays(30));

        Assert.Equal(new LostSpan(Noon.AddDays(16), Noon.AddDays(23).AddHours(1)), PullMark.LostOf(_state, "p"));
    }

    [Fact]
    public void Pause_WithARetentionBeyondTheOperations_IsNoGap()
    {
        Pull(Noon);
        Pull(Noon.AddDays(40), TimeSpan.FromDays(31));

        Assert.Empty(_state.Gaps);
        Assert.Equal(Noon.AddDays(40), _state.LastPulledAt);
    }

    [Fact]
    public void Pause_WithAShortRetention_LosesNothingOfTheFuture()
    {
        Pull(Noon);
        Pull(Noon.AddHours(2), TimeSpan.FromMinutes(10));

        Assert.Equal(new LostSpan(Noon.AddHours(-1), Noon.AddHours(2)), PullMark.LostOf(_state, "p"));
    }

    [Fact]
    public void Gap_RepairedForOneProject_StaysForTheOthers()
    {
        Pull(Noon);
        Pull(Noon.AddDays(8));
        var lost = PullMark.LostOf(_state, "p")!;

        Assert.True(PullMark.Close(_state, "p", lost.Until));
        Assert.False(PullMark.Close(_state, "p", lost.Until));

        Assert.Null(PullMark.LostOf(_state, "p"));
        Assert.Equal(lost, PullMark.LostOf(_state, "q"));
        Assert.True(PullMark.Close(_state, "q", lost.Until));
        Assert.Empty(_state.Gaps);
    }

    [Fact]
    public void Gap_ThatOpensDuringARepair_IsNotClosedByIt()
    {
        Pull(Noon, TimeSpan.FromMinutes(10));
        Pull(Noon.AddHours(4), TimeSpan.FromMinutes(10));
        var first = PullMark.LostOf(_state, "p")!;
        Pull(Noon.AddHours(9), TimeSpan.FromMinutes(10));
        Assert.Equal(new LostSpan(first.From, Noon.AddHours(9)), PullMark.LostOf(_state, "p"));

        PullMark.Close(_state, "p", first.Until);

        Assert.Equal(new LostSpan(Noon.AddHours(3), Noon.AddHours(9)), PullMark.LostOf(_state, "p"));
    }

    [Fact]
    public void Gap_OlderThanOperationsAreKept_IsGivenUp()
    {
        Pull(Noon);
        Pull(Noon.AddDays(8));
        for (var day = 9; day < 16; day++)
        {
            Pull(Noon.AddDays(day));
            Assert.Single(_state.Gaps);
        }

        Pull(Noon.AddDays(16));

        Assert.Empty(_state.Gaps);
    }

    [Fact]
    public void Record_OfThisVersion_IsReadWholeAndWrittenAsItWas()
    {
        var serializer = new StateSerializer();

        var state = serializer.Deserialize<PullMarkState>(BinaryData.FromString(Stored));

        Assert.Null(state.Unknown);
        Assert.Null(Assert.Single(state.Gaps).Unknown);
        Assert.Equal(new LostSpan(Noon.AddDays(-14), Noon.AddDays(-7).AddHours(1)), PullMark.LostOf(state, "q"));
        Assert.Equal(Stored, serializer.Serialize(state).ToString());
    }

    private bool Pull(DateTimeOffset at, TimeSpan? retention = null) => PullMark.Advance(_state, at, retention ?? _week, ["p", "q"]);
}
