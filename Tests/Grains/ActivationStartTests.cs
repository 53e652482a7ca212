using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Grains.Interfaces;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>
/// Two grains that start at the same moment and call each other must not wait for each other's locks: that is seen as a silo all of
/// whose threads stand still. Directory and store answer at once here, so a grain's first read is in the turn in which it starts.
/// </summary>
public sealed class ActivationStartTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Records() => ["cluster-index:all", $"cluster:{Cluster}", $"instance:{Instance}", $"unattributed:{UnattributedShard.Of(Instance)}"];

    [Theory]
    [MemberData(nameof(Records))]
    public async Task Grain_AtItsFirstRead_CanBeSentTo(string record)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grains = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        bool? canBeSentTo = null;
        cluster.Storage.BeforeRead = read =>
        {
            if (read == record && canBeSentTo is null)
            {
                canBeSentTo = EndsAtOnce(() => AskAsync(grains, record).Ignore());
            }

            return Task.CompletedTask;
        };

        await AskAsync(grains, record);

        Assert.True(canBeSentTo, $"Who sends to the grain of '{record}' stands still until the turn is over in which it starts");
    }

    /// <summary>Stands still in the grain's turn, as a grain does that waits to reach another one. Sending ends before there is an answer.</summary>
    private static bool EndsAtOnce(Action send) => Task.Run(send).Wait(_patience);

    private static Task AskAsync(IGrainFactory grains, string record) => record.Split(':')[0] switch
    {
        "cluster-index" => grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).GetChanges(0, 0, false),
        "cluster" => grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false),
        "unattributed" => grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance)).GetSnapshot(0, false),
        _ => grains.GetGrain<IInstanceGrain>(Instance).GetStatus("interrupt-1"),
    };
}
