using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Grains;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>A cluster of whose nodes nothing is heard, with <c>clusters.retention</c> at two hours.</summary>
public sealed class RetiredClusterTests
{
    private const string Record = $"cluster:{Cluster}";
    private const string Other = "p/europe-west1/other";

    [Fact]
    public async Task Cluster_QuietForItsRetention_LeavesIndexAndMetrics_IsAskedNoMore_AndGoesOnWhereItWas()
    {
        using var metrics = new GrainMetrics();
        await using var cluster = await StartAsync(silos: 2);
        await cluster.SendAsync(Created());
        await cluster.SendAsync(Interrupted("i"));
        using var silos = new ShownOn(cluster, metrics);
        Assert.Equal(["c 1", "c 1"], await silos.ShownAsync());

        await QuietHourAsync(cluster, 1);
        Assert.Equal(["c 1", "c 1"], await silos.ShownAsync());
        await QuietHourAsync(cluster, 2);
        await Eventually.IsAsync(silos.ShownAsync, shown => shown.All(s => s.Length == 0));
        Assert.Empty(cluster.Storage.Read<ClusterIndexState>("cluster-index:all").Clusters);
        Assert.True(cluster.Storage.Read<ClusterState>(Record).Retired);

        // A round of the index, seen by the cluster that is left.
        await cluster.SendAsync(Created("create-other", cluster: "other") with { Instance = $"{Instance}-other" });
        var read = new ConcurrentQueue<string>();
        cluster.Storage.BeforeRead = record =>
        {
            read.Enqueue(record);
            return Task.CompletedTask;
        };
        cluster.Time.Advance(TimeSpan.FromSeconds(61));
        await Eventually.IsAsync(() => Task.FromResult(read.ToArray()), records => records.Contains($"cluster:{Other}"));
        Assert.DoesNotContain(Record, read);

        await cluster.SendAsync(Created("create-2"));
        await Eventually.IsAsync(silos.ShownAsync, shown => shown.All(s => s == "c 1, other 0"));
        await cluster.SendAsync(Interrupted("j"));
        await Eventually.IsAsync(silos.ShownAsync, shown => shown.All(s => s == "c 2, other 0"));
    }

    [Fact]
    public async Task RetiredCluster_WithAnInterruption_CountsItAndIsShownAgain()
    {
        using var metrics = new GrainMetrics();
        await using var cluster = await StartAsync(silos: 1);
        await cluster.SendAsync(Created());
        await cluster.SendAsync(Interrupted("i"));
        using var silos = new ShownOn(cluster, metrics);
        Assert.Equal(["c 1"], await silos.ShownAsync());
        await QuietHourAsync(cluster, 1);
        await QuietHourAsync(cluster, 2);
        await Eventually.IsAsync(silos.ShownAsync, shown => shown[0].Length == 0);

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("j")));

        await Eventually.IsAsync(silos.ShownAsync, shown => shown[0] == "c 2");
        Assert.False(cluster.Storage.Read<ClusterState>(Record).Retired);
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted("i")));
    }

    [Fact]
    public async Task QuietHours_AreEndedByAListing_AndNotCountedByTheWallClock()
    {
        using var metrics = new GrainMetrics();
        await using var cluster = await StartAsync(silos: 1);
        await cluster.SendAsync(Created(instanceId: 7));
        using var silos = new ShownOn(cluster, metrics);
        Assert.Equal(["c 0"], await silos.ShownAsync());

        cluster.Time.Jump(TimeSpan.FromDays(1_000));
        await QuietHourAsync(cluster, 1);
        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(7, Noon, Noon, Created().Description!));

        Assert.Equal(0, cluster.Storage.Read<ClusterState>(Record).QuietHours);
        await QuietHourAsync(cluster, 1);
        Assert.Equal(["c 0"], await silos.ShownAsync());
    }

    private static Task<GrainCluster> StartAsync(short silos) => GrainCluster.StartAsync(silos: silos, configure: silo =>
        silo.Services.AddSingleton(new RetentionSettings(TimeSpan.FromHours(1), TimeSpan.FromDays(45), TimeSpan.FromHours(2))));

    private static async Task QuietHourAsync(GrainCluster cluster, int hours)
    {
        cluster.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.IsAsync(() => Task.FromResult(cluster.Storage.Read<ClusterState>(Record).QuietHours), counted => counted == hours);
    }
}
