using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Storage;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using Xunit;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>
/// Two clusters on one store: the old one is stopped somewhere, the living one takes over what was not acknowledged, then the old
/// one wakes up and goes on as if nothing had happened, or is killed.
/// </summary>
public sealed class StopWorlds : IAsyncLifetime
{
    private int _runs;

    internal GrainCluster Old { get; private set; } = null!;

    internal GrainCluster Living { get; private set; } = null!;

    internal StopPoints Points { get; } = new();

    internal TestStorage Store { get; } = new();

    /// <summary>A tag that no other run of these worlds has.</summary>
    internal string NewTag() => StopPoints.Tag(Interlocked.Increment(ref _runs));

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await StartOldAsync();
        Living = await GrainCluster.StartAsync(Store);
    }

    /// <summary>Kills the old world in the midst of whatever it does.</summary>
    internal async Task KillOldAsync()
    {
        foreach (var silo in Old.Cluster.Silos.ToArray())
        {
            await Old.Cluster.KillSiloAsync(silo);
        }
    }

    /// <summary>An old world after one that was killed.</summary>
    internal async Task StartOldAsync()
    {
        await (Old?.DisposeAsync() ?? ValueTask.CompletedTask);
        Old = await GrainCluster.StartAsync(Store, configure: silo =>
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Name, new StoppableStorage(Store, Points));
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Instances, new StoppableStorage(Store, Points));
            silo.AddIncomingGrainCallFilter(new StoppableCalls(Points));
        });
    }

    /// <summary>Lets time pass in both worlds.</summary>
    internal void Pass(TimeSpan time)
    {
        Old.Time.Advance(time);
        Living.Time.Advance(time);
    }

    /// <summary>The wall clocks of both worlds go past the time in which an interruption must find its cluster; no timer is due by that.</summary>
    internal void PassTimeout()
    {
        Old.Time.Jump(TimeSpan.FromHours(2));
        Living.Time.Jump(TimeSpan.FromHours(2));
    }

    /// <summary>All shards of a world's register read the store anew, and are there before anyone needs them.</summary>
    internal static Task RestartRegisterAsync(GrainCluster world) => Task.WhenAll(UnattributedShard.Keys.Select(async key =>
    {
        var shard = world.Grains.GetGrain<IUnattributedGrain>(key);
        await ForgetAsync(shard);
        await shard.GetSnapshot(0, false);
    }));

    /// <summary>The index of a world reads the store anew, so that what one run left behind is not found in the next.</summary>
    internal static Task ForgetIndexAsync(GrainCluster world) => ForgetAsync(world.Grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key));

    /// <summary>Ends the activation of a grain.</summary>
    internal static async Task ForgetAsync(IAddressable grain) => await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Points.End();
        await Old.DisposeAsync();
        await Living.DisposeAsync();
    }
}
