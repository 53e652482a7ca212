using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Serialization;
using OrleansSie.Silo.Storage;
using OrleansSie.Tests.Grains;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Storage;

/// <summary>An instance's record that leaves the store while its grain holds it in memory.</summary>
public sealed class ExpiredRecordTests : StoreFixture
{
    private const string Record = $"instance:{Instance}";

    [Fact]
    public async Task Record_ThatExpiresBeforeTheInterruptionIsWritten_LetsItWaitAndItIsCountedOnceInTheEnd()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created());
        var writes = ExpireAtWrite(cluster.Storage, 1);

        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted()));

        Assert.Equal(2, writes());
        Assert.Equal(Outcome.created, await cluster.SendAsync(Created("create-2")));
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted()));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Record_ThatExpiresBeforeTheCountIsNoted_EndsInOneCount()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created());
        var writes = ExpireAtWrite(cluster.Storage, 2);

        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted()));

        Assert.Equal(3, writes());
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
        Assert.Equal(Outcome.created, await cluster.SendAsync(Created("create-2")));
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted()));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Write_OverARecordOfTheEmbeddedStoreThatExpired_IsRefusedOnceAndTheNextReadFindsNone()
    {
        var time = new FakeTimeProvider();
        var store = await StartAsync(time: time);
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var storage = new EmbeddedGrainStorage(
            store,
            new StateSerializer(),
            services.GetRequiredService<IActivatorProvider>(),
            Options.Create(new ClusterOptions { ServiceId = "s" }),
            TimeSpan.FromDays(45));
        var grain = GrainId.Create("instance", Instance);
        var state = new GrainState<InstanceState>(new InstanceState());
        await storage.WriteStateAsync("instance", grain, state);
        time.Advance(TimeSpan.FromDays(44));
        await storage.WriteStateAsync("instance", grain, state);

        time.Advance(TimeSpan.FromDays(45));

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("instance", grain, state));
        await storage.ReadStateAsync("instance", grain, state);
        Assert.False(state.RecordExists);
        await storage.WriteStateAsync("instance", grain, state);
        await storage.WriteStateAsync("instance", grain, state);
    }

    /// <summary>Lets the record expire just before its next write, or the one after that; answers how many were tried.</summary>
    private static Func<int> ExpireAtWrite(TestStorage storage, int number)
    {
        var writes = 0;
        storage.BeforeWrite = record =>
        {
            if (record == Record && Interlocked.Increment(ref writes) == number)
            {
                storage.Expire(record);
            }

            return Task.CompletedTask;
        };
        return () => Volatile.Read(ref writes);
    }
}
