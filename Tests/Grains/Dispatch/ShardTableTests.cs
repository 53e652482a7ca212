using System.Net;
using System.Text;
using OrleansSie.Grains.Dispatch;
using OrleansSie.Grains.Interfaces;
using Xunit;

namespace OrleansSie.Tests.Grains.Dispatch;

public sealed class ShardTableTests
{
    private static readonly SiloAddress[] _silos = [.. Enumerable.Range(1, 8).Select(i => SiloAddress.New(IPAddress.Parse($"10.0.{i}.{7 * i}"), 11111, 100 + i))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Shards_AreDividedEvenly_AndTheSameInWhateverOrderTheSilosCome(int count)
    {
        var silos = _silos[..count];
        var table = new ShardTable(silos);

        var most = (InstanceShard.Count + count - 1) / count;
        Assert.All(silos, silo => Assert.InRange(SiloOf(table).Count(s => s.Equals(silo)), 1, most));
        Assert.Equal(SiloOf(table), SiloOf(new ShardTable(silos.Reverse())));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Silo_ThatGoes_MovesFewShardsThatWereNotItsOwn(int count)
    {
        var before = SiloOf(new ShardTable(_silos[..count]));
        var after = SiloOf(new ShardTable(_silos[1..count]));

        var moved = before.Zip(after).Count(shard => !shard.First.Equals(_silos[0]) && !shard.First.Equals(shard.Second));
        Assert.InRange(moved, 0, InstanceShard.Count / 4);
    }

    [Theory]
    [InlineData("projects/p/zones/europe-west1-c/instances/gke-1")]
    [InlineData("projects/example.com:p/zones/z/instances/n")]
    [InlineData("projects/p/zones/z/instances/nœud-𝟙")]
    [InlineData("")]
    public void Shard_OfBytes_IsThatOfTheText(string instance) =>
        Assert.Equal(InstanceShard.Of(instance), InstanceShard.Of(Encoding.UTF8.GetBytes(instance)));

    private static SiloAddress[] SiloOf(ShardTable table) => [.. Enumerable.Range(0, InstanceShard.Count).Select(shard => table[shard])];
}
