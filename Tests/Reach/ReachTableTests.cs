using System.Net;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Reach;
using Xunit;

namespace OrleansSie.Tests.Reach;

/// <summary>Which silo leaves when two cannot reach each other: each silo judges by its own table, here side by side under one fake clock.</summary>
public sealed class ReachTableTests
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<(int, int)> _cuts = [];
    private readonly List<SiloAddress> _silos = [];
    private readonly List<ReachTable> _tables = [];

    [Fact]
    public void TwoThatAThirdReaches_AfterAMinute_TheYoungerLeaves()
    {
        Cluster(3);
        Cut(0, 2);

        Assert.Equal([null, null, null], Verdicts(after: 11));
        Assert.Equal([null, null, 0], Verdicts(after: 3));
    }

    [Fact]
    public void OnTheSameAge_OneOfTheTwoLeaves()
    {
        Cluster(3, generation: _ => 7);
        Cut(0, 2);

        Assert.Single(Verdicts(after: 14), verdict => verdict is not null);
    }

    [Fact]
    public void TheOneThatReachesFewer_Leaves_ThoughItIsOlder()
    {
        Cluster(4);
        Cut(0, 2);
        Cut(0, 3);

        Assert.Equal([true, false, false, false], Verdicts(after: 14).Select(verdict => verdict is not null));
    }

    [Fact]
    public void WithoutAThird_NobodyLeaves()
    {
        Cluster(2);
        Cut(0, 1);

        Assert.Equal([null, null], Verdicts(after: 100));
    }

    [Fact]
    public void OneThatReachesNobody_TakesNoOtherWithIt()
    {
        Cluster(3);
        Cut(0, 1);
        Cut(0, 2);

        Assert.Equal([null, null, null], Verdicts(after: 100));
    }

    [Fact]
    public void AThird_ThatReachesOnlyOneOfThem_IsNoWitness()
    {
        Cluster(4);
        Cut(0, 2);
        Cut(0, 3);
        Cut(1, 2);
        Cut(1, 3);

        Assert.Equal([null, null, null, null], Verdicts(after: 100));
    }

    [Fact]
    public void ACutThatHealsWithinTheMinute_AndComesAgain_CountsAnew()
    {
        Cluster(3);
        Cut(0, 2);
        Verdicts(after: 10);
        _cuts.Clear();
        Verdicts(after: 1);
        Cut(0, 2);

        Assert.Equal([null, null, null], Verdicts(after: 11));
    }

    [Fact]
    public void ASiloThatStoodStill_HasHeardNobodyByItsOwnFault()
    {
        Cluster(3);
        Cut(0, 2);
        Verdicts(after: 10);
        _time.Advance(TimeSpan.FromMinutes(12));

        Assert.Equal([null, null, null], Verdicts(after: 1));
        Assert.Equal([null, null, 0], Verdicts(after: 13));
    }

    [Fact]
    public void ASiloThatIsNotActive_LeavesForNobody_AndNobodyForIt()
    {
        Cluster(3);
        Cut(0, 2);
        Verdicts(after: 14);

        Assert.Null(_tables[2].HasToLeaveFor([_silos[0], _silos[1]]));
        Assert.Null(_tables[2].HasToLeaveFor([_silos[1], _silos[2]]));
    }

    [Fact]
    public void Unreached_NamesWhoDidNotAnswerLast()
    {
        Cluster(3);
        Cut(0, 2);
        Verdicts(after: 1);
        Assert.Equal([_silos[2]], _tables[0].Unreached);

        _cuts.Clear();
        Verdicts(after: 1);
        Assert.Empty(_tables[0].Unreached);
    }

    private void Cluster(int count, Func<int, int>? generation = null)
    {
        _silos.AddRange(Enumerable.Range(0, count).Select(i => SiloAddress.New(IPAddress.Parse($"10.0.0.{i + 1}"), 11_111, generation?.Invoke(i) ?? i + 1)));
        _tables.AddRange(_silos.Select(silo => new ReachTable(silo, _time)));
        Verdicts(after: 2);
    }

    private void Cut(int one, int other) => _cuts.UnionWith([(one, other), (other, one)]);

    /// <summary>Lets rounds pass, in which everyone calls everyone.</summary>
    /// <returns>For whom each of them has to leave.</returns>
    private int?[] Verdicts(int after)
    {
        for (var round = 0; round < after; round++)
        {
            _time.Advance(_round);
            for (var i = 0; i < _silos.Count; i++)
            {
                var others = Enumerable.Range(0, _silos.Count).Where(other => other != i).ToLookup(other => !_cuts.Contains((i, other)));
                foreach (var other in others[true])
                {
                    _tables[other].Take(_tables[i].Rows());
                    _tables[i].Take(_tables[other].Rows());
                }

                _tables[i].EndRound([.. others[true].Select(other => _silos[other])], [.. others[false].Select(other => _silos[other])]);
            }
        }

        return [.. _tables.Select(table => table.HasToLeaveFor(_silos) is { } other ? _silos.IndexOf(other) : (int?)null)];
    }
}
