using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains.Attribution;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Attribution;

/// <summary>The rules of the register's figures, each of which docs/model/register.m takes out for a counterexample.</summary>
public sealed class ParkedFiguresTests
{
    private readonly ParkedState _state = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ParkedFigures _figures;

    public ParkedFiguresTests() => _figures = new ParkedFigures(() => _state, new Fence(_time));

    [Fact]
    public void News_InAnyOrder_ShowsAnInterruptionAtMostOnce()
    {
        var told = Gen.Enum<ParkedStage>().Where(s => s != ParkedStage.unheard);
        Gen.Select(told, Gen.Enum<ParkedStage>()).Array[1, 8].Sample(all =>
        {
            var state = new ParkedState();
            var figures = new ParkedFigures(() => state, new Fence(_time));
            foreach (var (index, (stage, known)) in all.Index())
            {
                figures.Take(News(stage, index == 0 ? ParkedStage.waits : known), 0);
            }

            var furthest = all.Max(n => n.Item1);
            var firstCause = all.Select(n => n.Item1).FirstOrDefault(s => s > ParkedStage.waits);
            var givenUp = firstCause is ParkedStage.unknown_instance or ParkedStage.not_gke ? 1 : 0;
            var shown = figures.Snapshot();
            Assert.Equal(furthest == ParkedStage.waits ? 1 : 0, shown.Parked);
            Assert.Equal(furthest == ParkedStage.unknown_instance ? 1 : 0, shown.UnknownInstance.Open);
            Assert.Equal(furthest == ParkedStage.not_gke ? 1 : 0, shown.NotGke.Open);
            Assert.Equal(firstCause == ParkedStage.unknown_instance ? 1 : 0, shown.UnknownInstance.Total);
            Assert.Equal(firstCause == ParkedStage.not_gke ? 1 : 0, shown.NotGke.Total);
            Assert.Equal(furthest == ParkedStage.counted ? givenUp : 0, shown.Reattributed);
        });
    }

    [Fact]
    public void Count_OfOneThatTheInstanceTakesForWaiting_IsMovedFromWhereTheShardHasIt()
    {
        _figures.Take(News(ParkedStage.unknown_instance, ParkedStage.waits), 0);
        _figures.Take(News(ParkedStage.counted, ParkedStage.waits), 0);

        var shown = _figures.Snapshot();
        Assert.Equal((new UnattributedCount(0, 1), 1), (shown.UnknownInstance, shown.Reattributed));
    }

    [Fact]
    public void Count_OfOneThatIsForgotten_IsMovedFromWhereTheInstanceHasIt()
    {
        _figures.Take(News(ParkedStage.not_gke, ParkedStage.waits), 0);
        _figures.Confirm("i", ParkedStage.not_gke);
        PassEpochs(2);
        Assert.Empty(_state.Interruptions);

        _figures.Take(News(ParkedStage.not_gke, ParkedStage.not_gke), 0);
        Assert.Equal(new UnattributedCount(1, 1), _figures.Snapshot().NotGke);
        _figures.Take(News(ParkedStage.counted, ParkedStage.not_gke), 0);
        Assert.Equal((new UnattributedCount(0, 1), 1), (_figures.Snapshot().NotGke, _figures.Snapshot().Reattributed));
    }

    [Fact]
    public void Move_FallsOnTheDayThatWasToldFirst()
    {
        _figures.Take(News(ParkedStage.unknown_instance, ParkedStage.waits), 0);
        _figures.Take(News(ParkedStage.counted, ParkedStage.waits) with { ArrivedAt = Noon.AddDays(3) }, 0);

        Assert.Equal((0, 0), (Assert.Single(_state.Days).UnknownInstance, _state.Days[0].NotGke));
    }

    [Fact]
    public void Count_OfOneThatOnlyWaited_IsRememberedUntilItIsConfirmedAndFenced()
    {
        _figures.Take(News(ParkedStage.waits, ParkedStage.waits), 0);
        _figures.Take(News(ParkedStage.counted, ParkedStage.waits), 0);
        _figures.Confirm("i", ParkedStage.waits);
        PassEpochs(1);
        Assert.Equal(ParkedStage.counted, Assert.Single(_state.Interruptions).Value.Stage);

        _figures.Confirm("i", ParkedStage.counted);
        PassEpochs(1);
        Assert.Single(_state.Interruptions);
        PassEpochs(1);
        Assert.Empty(_state.Interruptions);
    }

    [Fact]
    public void Confirmation_OfAStageThatAnotherFollowed_ConfirmsNothing()
    {
        _figures.Take(News(ParkedStage.unknown_instance, ParkedStage.waits), 0);
        _figures.Take(News(ParkedStage.not_gke, ParkedStage.waits), 0);
        _figures.Confirm("i", ParkedStage.unknown_instance);
        PassEpochs(3);

        Assert.Equal(ParkedStage.not_gke, Assert.Single(_state.Interruptions).Value.Stage);
    }

    [Fact]
    public void Interruption_ThatWaits_IsForgottenByNoConfirmation()
    {
        _figures.Take(News(ParkedStage.waits, ParkedStage.waits), 0);
        _figures.Confirm("i", ParkedStage.waits);
        PassEpochs(3);

        Assert.Equal(1, _figures.Snapshot().Parked);
    }

    /// <summary>An epoch begins where something is confirmed in the one before.</summary>
    private void PassEpochs(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _state.Interruptions["other"] = new ParkedEntry { Stage = ParkedStage.counted, ConfirmedIn = _state.Epoch };
            _time.Advance(Fence.EpochLength);
            Assert.True(_figures.Forget(default));
            _state.Interruptions.Remove("other");
        }
    }

    private static ParkedNews News(ParkedStage stage, ParkedStage known) => new("i", Instance, Noon, known, stage);
}
