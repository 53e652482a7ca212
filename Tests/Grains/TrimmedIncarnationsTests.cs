using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>One name with more lives than are kept: their clusters stay known.</summary>
public sealed class TrimmedIncarnationsTests
{
    private static readonly TimeSpan _retention = TimeSpan.FromDays(45);

    private readonly InstanceState _state = new();
    private readonly InstanceHistory _history;

    public TrimmedIncarnationsTests()
    {
        _history = new InstanceHistory(_state, Instance, _retention);
    }

    [Fact]
    public void Interruption_OfALifeThatIsNoLongerKept_BelongsToItsCluster()
    {
        Live(1, "a", Noon);
        LiveOn(2, 20, Noon);
        Assert.DoesNotContain(_state.Incarnations, i => i.Id == 1);

        var (outcome, mustBeWritten) = _history.Apply(Interrupted("late", 1, Noon.AddHours(1)), Noon.AddDays(1));

        Assert.Equal((Outcome.counted, true), (outcome, mustBeWritten));
        var open = Assert.Single(_history.Open.ToCount());
        Assert.Equal(("p/europe-west1/a", ""), (open.Cluster, open.NodePool));
    }

    [Fact]
    public void Interruption_OfATrimmedStranger_IsOfNoNode()
    {
        Live(1, "", Noon);
        LiveOn(2, 20, Noon);

        Assert.Equal(Outcome.not_gke, _history.Apply(Interrupted("late", 1, Noon.AddHours(1)), Noon.AddDays(1)).Outcome);
    }

    [Fact]
    public void Lives_InterruptedLateInTurn_AreEachKeptOrTrimmed()
    {
        LiveOn(1, 21, Noon);
        for (var id = 1UL; id <= 21; id++)
        {
            Assert.Equal(Outcome.counted, _history.Apply(Interrupted($"late-{id}", id, Noon.AddHours(1)), Noon.AddDays(1)).Outcome);
            Assert.All(_history.Open.ToCount(), open => _history.Open.MarkCounted(open.Id));
            Assert.Equal(
                Enumerable.Range(1, 21).Select(i => (ulong)i),
                _state.Incarnations.Select(i => i.Id!.Value).Concat(_state.Trimmed!.SelectMany(g => g.Ids)).Order());
        }

        Assert.Equal(16, _state.Incarnations.Count);
    }

    [Fact]
    public void Description_OfATrimmedId_NeverChangesItsCluster()
    {
        Live(1, "a", Noon);
        LiveOn(2, 20, Noon);

        Live(1, "b", Noon);
        _history.Observe(new InstanceObservation(1, Noon, Noon, new InstanceDescription("c", "", "pool", "e2-small", "spot")), Noon.AddDays(1));
        _history.Apply(Interrupted("late", 1, Noon.AddHours(1)), Noon.AddDays(1));

        Assert.Equal("p/europe-west1/a", Assert.Single(_history.Open.ToCount()).Cluster);
    }

    [Fact]
    public void Incarnation_WithoutAnId_NeverTakesATrimmedOne()
    {
        Live(1, "a", Noon);
        LiveOn(2, 20, Noon);
        _history.Apply(Created("nameless", null, Noon.AddHours(2), "b"), Noon.AddDays(1));

        _history.Apply(Interrupted("late", 1, Noon.AddHours(3)), Noon.AddDays(1));
        _history.Observe(new InstanceObservation(2, Noon.AddHours(2), Noon.AddHours(3), new InstanceDescription("c", "", "pool", "e2-small", "spot")), Noon.AddDays(1));

        Assert.Equal("p/europe-west1/a", Assert.Single(_history.Open.ToCount()).Cluster);
        Assert.Contains(_state.Incarnations, i => i.Id is null && i.Cluster == "p/europe-west1/b");
    }

    [Fact]
    public void TrimmedId_IsForgottenAfterTheRetention_AndNotBefore()
    {
        Live(1, "a", Noon);
        LiveOn(2, 20, Noon);
        LiveOn(100, 1, Noon + _retention);
        Assert.Equal("p/europe-west1/a", new TrimmedIncarnations(_state).ClusterOf(1));

        LiveOn(101, 1, Noon + _retention + TimeSpan.FromDays(1));

        Assert.Null(new TrimmedIncarnations(_state).ClusterOf(1));
        Assert.Equal("p/europe-west1/c", new TrimmedIncarnations(_state).ClusterOf(6));
        Assert.Equal(Outcome.waiting, _history.Apply(Interrupted("too late", 1, Noon), Noon + _retention + TimeSpan.FromDays(1)).Outcome);
    }

    [Fact]
    public void TrimmedIds_AreBounded_AndTheOldestLeaveFirst()
    {
        Live(1, "a", Noon);
        LiveOn(2, 10_016, Noon);

        Assert.Equal(10_000, _state.Trimmed!.Sum(g => g.Ids.Count));
        Assert.Null(new TrimmedIncarnations(_state).ClusterOf(1));
        Assert.NotNull(new TrimmedIncarnations(_state).ClusterOf(2));
        Assert.Equal(16, _state.Incarnations.Count);
    }

    private void Live(ulong id, string cluster, DateTimeOffset arrivedAt) =>
        _history.Apply(Created($"create-{id}", id, Noon.AddSeconds(id), cluster), arrivedAt);

    private void LiveOn(ulong first, int count, DateTimeOffset arrivedAt)
    {
        for (var i = 0; i < count; i++)
        {
            Live(first + (ulong)i, "c", arrivedAt);
        }
    }
}
