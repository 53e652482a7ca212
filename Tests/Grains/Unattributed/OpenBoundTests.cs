using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Grains.Unattributed;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>What one name keeps of interruptions that no cluster counts is bounded, and what leaves is in the unattributed list's figures.</summary>
public sealed class OpenBoundTests
{
    private const int Bound = 1_000;
    private const int Many = 1_500;

    private readonly InstanceState _state = new();
    private readonly UnattributedState _shard = new();
    private readonly UnattributedRules _figures;
    private readonly InstanceHistory _history;

    public OpenBoundTests()
    {
        _figures = new UnattributedRules(() => _shard, new Fence(new FakeTimeProvider()));
        _history = new InstanceHistory(_state, Instance, TimeSpan.FromDays(45));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Interruptions_OfOneName_AboveTheBound_LeaveWithTheirFigures(bool isStranger, bool timesOut)
    {
        if (isStranger)
        {
            _history.Apply(Created(cluster: "", instanceId: 1), Noon);
        }

        for (var i = 0; i < Many; i++)
        {
            _history.Apply(Interrupted($"i{i}", 1), Noon);
            if (timesOut)
            {
                _history.Open.GiveUp(Noon);
            }

            Tell($"i{i}");
            Assert.InRange(_state.Open.Count, 0, Bound + 1);
        }

        var shown = _figures.Snapshot();
        Assert.Equal(Many, shown.Waiting + shown.UnknownInstance.Open + shown.NotGke.Open);
        Assert.Equal(isStranger ? Many : 0, shown.NotGke.Total);
        Assert.Equal(_state.Open.Count(o => o.Status == OpenStatus.waiting), shown.Waiting);
    }

    [Fact]
    public void Interruption_ThatTheRegisterDoesNotKnow_StaysAboveTheBound()
    {
        _history.Apply(Created(cluster: "", instanceId: 1), Noon);
        for (var i = 0; i <= Bound; i++)
        {
            _history.Apply(Interrupted($"i{i}", 1), Noon);
        }

        Assert.Equal("i0", _state.Open[0].Id);
        Tell("i0");
        _history.Apply(Interrupted("last", 1), Noon);
        Assert.DoesNotContain(_state.Open, o => o.Id == "i0");
    }

    /// <summary>As the instance's grain does.</summary>
    private void Tell(string id)
    {
        foreach (var open in _history.Open.ToTell(id))
        {
            _figures.Take(new UnattributedReport(open.Id, Instance, open.ArrivedAt, open.Told, open.Stage), 0);
            open.Told = open.Stage;
        }
    }
}
