using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains;

/// <summary>Calls of a cluster for one interruption.</summary>
internal static class ClusterGrainExtensions
{
    /// <summary>Counts one; null if it is counted, else the epoch that the cluster told.</summary>
    public static async Task<long?> Add(this IClusterGrain cluster, Interruption interruption, long epoch)
    {
        var answer = await cluster.Add(new ClusterEffects { Interruptions = [interruption with { Epoch = epoch }] });
        return answer.Refused.Count == 0 ? null : answer.Epoch;
    }

    /// <summary>Confirms one.</summary>
    public static Task Confirm(this IClusterGrain cluster, string id) => cluster.Confirm([id]);
}
