using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>What many instances have for one cluster.</summary>
public sealed class ClusterCallsTests
{
    private static readonly PoolLabels _labels = new(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted);

    [Fact]
    public async Task Add_WhileACallIsUnderWay_TravelsWithAllThatComeMeanwhile()
    {
        var filter = new HeldAdd();
        await using var cluster = await StartAsync(filter);
        var calls = CallsOf(cluster);
        var first = calls.AddAsync(Cluster, Of("first"));
        await filter.IsReached;

        var others = Enumerable.Range(0, 100).Select(i => calls.AddAsync(Cluster, Of($"{i}"))).ToList();
        filter.Release();

        Assert.All(await Task.WhenAll([first, .. others]), Assert.Null);
        Assert.Equal([1, 100], filter.Sizes);
        Assert.Equal(101, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Add_BehindACallThatIsNotAnswered_GoesBesideIt()
    {
        var filter = new HeldAdd();
        await using var cluster = await StartAsync(filter);
        var calls = CallsOf(cluster);
        var hung = calls.AddAsync(Cluster, Of("hung"));
        await filter.IsReached;

        Assert.Null(await calls.AddAsync(Cluster, Of("next")));

        Assert.False(hung.IsCompleted);
        filter.Release();
        Assert.Null(await hung);
    }

    [Fact]
    public async Task Add_OfARefusedItem_ConcernsItAlone()
    {
        var filter = new HeldAdd();
        await using var cluster = await StartAsync(filter);
        var calls = CallsOf(cluster);
        var first = calls.AddAsync(Cluster, Of("first"));
        await filter.IsReached;

        var (late, other) = (calls.AddAsync(Cluster, Of("late") with { Epoch = -5 }), calls.AddAsync(Cluster, Of("other")));
        filter.Release();

        Assert.Null(await first);
        Assert.Equal(0, await late);
        Assert.Null(await other);
        Assert.Equal(2, await cluster.PreemptionsAsync(Cluster));
    }

    private static Task<GrainCluster> StartAsync(HeldAdd filter) =>
        GrainCluster.StartAsync(configure: silo => silo.Services.AddSingleton<IIncomingGrainCallFilter>(filter));

    private static ClusterCalls CallsOf(GrainCluster cluster) => cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<ClusterCalls>();

    private static Interruption Of(string id) => new(id, Instance, Noon, _labels);

    /// <summary>Holds the first Add, and notes how much each brings.</summary>
    private sealed class HeldAdd : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<int> _sizes = [];

        public Task IsReached => _reached.Task;

        public int[] Sizes
        {
            get
            {
                lock (_sizes)
                {
                    return [.. _sizes];
                }
            }
        }

        public void Release() => _released.SetResult();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Request.GetArgumentCount() == 1 && context.Request.GetArgument(0) is ClusterEffects effects)
            {
                lock (_sizes)
                {
                    _sizes.Add(effects.Interruptions.Count);
                }

                if (_reached.TrySetResult())
                {
                    await _released.Task;
                }
            }

            await context.Invoke();
        }
    }
}
