using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using Xunit;

namespace OrleansSie.Tests.Metrics;

/// <summary>A silo's copy of the counts, over an index that knows less than the cluster itself.</summary>
public sealed class ClusterSnapshotsTests
{
    private const string Cluster = "p/europe-west1/c";

    [Fact]
    public async Task CatchUp_WhenTheClusterKnowsMoreThanTheIndex_TellsTheIndexFirst_AndSucceedsWhenItConfirms()
    {
        var (older, newer) = (Of(9, 9), Of(10, 10));
        var index = new ClusterChanges(1, 1, [newer]);
        var reported = new List<ClusterSnapshot>();
        var grains = Stand.For<IGrainFactory>((method, _) => method.ReturnType == typeof(IClusterIndexGrain)
            ? Stand.For<IClusterIndexGrain>((call, arguments) =>
            {
                if (call.Name == nameof(IClusterIndexGrain.Report))
                {
                    reported.Add((ClusterSnapshot)arguments[0]!);
                    return Task.CompletedTask;
                }

                return Task.FromResult<ClusterChanges?>(index);
            })
            : Stand.For<IClusterGrain>((_, _) => Task.FromResult(newer)));
        using var measured = new GrainMetrics();
        var metrics = new MetricsRegistry();
        var snapshots = new ClusterSnapshots(
            grains, new ClusterSeries(metrics, new SieOptions()), measured, TimeProvider.System, NullLogger<ClusterSnapshots>.Instance);
        await snapshots.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Empty(reported);

        // Another activation, which the cluster has not told its newest counts.
        index = new ClusterChanges(2, 1, [older]);
        Assert.False(await snapshots.CatchUpAsync());
        Assert.Equal([newer], reported);

        index = new ClusterChanges(2, 2, [newer]);
        Assert.True(await snapshots.CatchUpAsync());
        Assert.Single(reported);
    }

    private static ClusterSnapshot Of(long version, long count) =>
        new(Cluster, version, [new PoolTotal(new PoolLabels("pool", "zone", "type", "spot", InterruptionReason.preempted), count)]);

    /// <summary>Answers the calls of an interface.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "The proxy is derived from it.")]
    private class Stand : DispatchProxy
    {
        private Func<MethodInfo, object?[], object?> _answer = (_, _) => null;

        public static T For<T>(Func<MethodInfo, object?[], object?> answer)
            where T : class
        {
            var stand = Create<T, Stand>();
            ((Stand)(object)stand)._answer = answer;
            return stand;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
    }
}
