using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Grains.Unattributed;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>The rules of the unattributed list's figures, each of which docs/model/register.m takes out for a counterexample.</summary>
public sealed class UnattributedRulesTests
{
    private readonly UnattributedState _state = new();
    private readonly FakeTimeProvider _time = new();
    private readonly UnattributedRules _figures;

    public UnattributedRulesTests() => _figures = new UnattributedRules(() => _state, new Fence(_time));

    [Fact]
    public void News_InAnyOrder_ShowsAnInterruptionAtMostOnce()
    {
        var told = Gen.Enum<UnattributedStage>().Where(s => s != UnattributedStage.unheard);
        Gen.Select(told, Gen.Enum<UnattributedStage>()).Array[1, 8].Sample(all =>
        {
            var state = new UnattributedState();
            var figures = new UnattributedRules(() => state, new Fence(_time));
            foreach (var (index, (stage, known)) in all.Index())
            {
                figures.Take(News(stage, index == 0 ? UnattributedStage.waiting : known), 0);
            }

            var furthest = all.Max(n => n.Item1);
            var firstCause = all.Select(n => n.Item1).FirstOrDefault(s => s > UnattributedStage.waiting);
            var givenUp = firstCause is UnattributedStage.unknown_instance or UnattributedStage.not_gke ? 1 : 0;
            var shown = figures.Snapshot();
            Assert.Equal(furthest == UnattributedStage.waiting ? 1 : 0, shown.Waiting);
            Assert.Equal(furthest == UnattributedStage.unknown_instance ? 1 : 0, shown.UnknownInstance.Open);
            Assert.Equal(furthest == UnattributedStage.not_gke ? 1 : 0, shown.NotGke.Open);
            Assert.Equal(firstCause == UnattributedStage.unknown_instance ? 1 : 0, shown.UnknownInstance.Total);
            Assert.Equal(firstCause == UnattributedStage.not_gke ? 1 : 0, shown.NotGke.Total);
            Assert.Equal(furthest == UnattributedStage.counted ? givenUp : 0, shown.Reattributed);
        });
    }

    [Fact]
    public void Count_OfOneThatTheInstanceTakesForWaiting_IsMovedFromWhereTheShardHasIt()
    {
        _figures.Take(News(UnattributedStage.unknown_instance, UnattributedStage.waiting), 0);
        _figures.Take(News(UnattributedStage.counted, UnattributedStage.waiting), 0);

        var shown = _figures.Snapshot();
        Assert.Equal((new UnattributedCount(0, 1), 1), (shown.UnknownInstance, shown.Reattributed));
    }

    [Fact]
    public void Count_OfOneThatIsForgotten_IsMovedFromWhereTheInstanceHasIt()
    {
        _figures.Take(News(UnattributedStage.not_gke, UnattributedStage.waiting), 0);
        _figures.Confirm("i", UnattributedStage.not_gke);
        PassEpochs(2);
        Assert.Empty(_state.Interruptions);

        _figures.Take(News(UnattributedStage.not_gke, UnattributedStage.not_gke), 0);
        Assert.Equal(new UnattributedCount(1, 1), _figures.Snapshot().NotGke);
        _figures.Take(News(UnattributedStage.counted, UnattributedStage.not_gke), 0);
        Assert.Equal((new UnattributedCount(0, 1), 1), (_figures.Snapshot().NotGke, _figures.Snapshot().Reattributed));
    }

    [Fact]
    public void Move_FallsOnTheDayThatWasToldFirst()
    {
        _figures.Take(News(UnattributedStage.unknown_instance, UnattributedStage.waiting), 0);
        _figures.Take(News(UnattributedStage.counted, UnattributedStage.waiting) with { ArrivedAt = Noon.AddDays(3) }, 0);

        Assert.Equal((0, 0), (Assert.Single(_state.Days).UnknownInstance, _state.Days[0].NotGke));
    }

    [Fact]
    public void Count_OfOneThatOnlyWaited_IsRememberedUntilItIsConfirmedAndFenced()
    {
        _figures.Take(News(UnattributedStage.waiting, UnattributedStage.waiting), 0);
        _figures.Take(News(UnattributedStage.counted, UnattributedStage.waiting), 0);
        _figures.Confirm("i", UnattributedStage.waiting);
        PassEpochs(1);
        Assert.Equal(UnattributedStage.counted, Assert.Single(_state.Interruptions).Value.Stage);

        _figures.Confirm("i", UnattributedStage.counted);
        PassEpochs(1);
        Assert.Single(_state.Interruptions);
        PassEpochs(1);
        Assert.Empty(_state.Interruptions);
    }

    [Fact]
    public void Confirmation_OfAStageThatAnotherFollowed_ConfirmsNothing()
    {
        _figures.Take(News(UnattributedStage.unknown_instance, UnattributedStage.waiting), 0);
        _figures.Take(News(UnattributedStage.not_gke, UnattributedStage.waiting), 0);
        _figures.Confirm("i", UnattributedStage.unknown_instance);
        PassEpochs(3);

        Assert.Equal(UnattributedStage.not_gke, Assert.Single(_state.Interruptions).Value.Stage);
    }

    [Fact]
    public void Interruption_ThatWaits_IsForgottenByNoConfirmation()
    {
        _figures.Take(News(UnattributedStage.waiting, UnattributedStage.waiting), 0);
        _figures.Confirm("i", UnattributedStage.waiting);
        PassEpochs(3);

        Assert.Equal(1, _figures.Snapshot().Waiting);
    }

    /// <summary>An epoch begins where something is confirmed in the one before.</summary>
    private void PassEpochs(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _state.Interruptions["other"] = new UnattributedEntry { Stage = UnattributedStage.counted, ConfirmedIn = _state.Epoch };
            _time.Advance(Fence.EpochLength);
            Assert.True(_figures.Forget(default));
            _state.Interruptions.Remove("other");
        }
    }

    private static UnattributedReport News(UnattributedStage stage, UnattributedStage known) => new("i", Instance, Noon, known, stage);
}
