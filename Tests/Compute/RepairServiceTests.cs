using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Gaps;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Tests.Grains;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Compute;

/// <summary>What every silo does: says when it pulled, and keeps the repairers alive.</summary>
public sealed class RepairServiceTests : IAsyncLifetime
{
    private readonly TestStorage _storage = new();
    private readonly LogRecorder _log = new();
    private FakeCompute _compute = null!;
    private RepairWorld _world = null!;
    private PubSubStatus _status = null!;

    public async ValueTask InitializeAsync()
    {
        _compute = await FakeCompute.StartAsync();
        _compute.Put("p", "operations", RepairWorld.Preemptions(3));
        _world = await RepairWorld.StartAsync(_compute, _storage);
        _status = new PubSubStatus(InstanceStream.Provider, _world.Options.Subscriptions);
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _compute.DisposeAsync();
    }

    [Fact]
    public async Task Mark_IsWrittenAtTheFirstPullAndThenOnceAMinute()
    {
        using var service = ServiceOf(_world.Options);
        await service.RoundAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Record, _storage.Records.Keys);

        foreach (var seconds in new[] { 0, 10, 59, 61, 70 })
        {
            Pulled(Noon.AddSeconds(seconds));
            await service.RoundAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(Noon.AddSeconds(61), _storage.Read<PullMarkState>(Record).LastPulledAt);
        Assert.Equal(2, _storage.Writes.Count(write => write.Record == Record));
    }

    [Fact]
    public async Task Pulls_ThatBeginAgainAfterALongTime_AreFollowedByARepair()
    {
        await _world.CreateAsync(3);
        using (var service = ServiceOf(_world.Options))
        {
            Pulled(Noon.AddHours(-4));
            await service.RoundAsync(TestContext.Current.CancellationToken);
        }

        using var next = ServiceOf(_world.Options);
        Pulled(Noon);
        await Eventually.IsAsync(
            async () =>
            {
                await next.RoundAsync(TestContext.Current.CancellationToken);
                return await _world.Cluster.PreemptionsAsync(Cluster);
            },
            count => count == 3);
        await Eventually.IsAsync(() => _world.Mark.GetLost("p"), lost => lost is null);

        Assert.Equal(1, _compute.Listings);
    }

    [Fact]
    public async Task Store_ThatIsAway_IsToldOnceAndTriedAgain()
    {
        var isSick = true;
        _storage.BeforeWrite = record => isSick && record == Record ? throw new IOException("The disk is full.") : Task.CompletedTask;
        using var service = ServiceOf(_world.Options);
        Pulled(Noon);
        await service.RoundAsync(TestContext.Current.CancellationToken);
        await service.RoundAsync(TestContext.Current.CancellationToken);

        Assert.Equal(nameof(Silo.Compute.Log.RepairRoundFailed), Assert.Single(_log.Lines).Event.Name);
        isSick = false;
        await Eventually.IsAsync(
            async () =>
            {
                await service.RoundAsync(TestContext.Current.CancellationToken);
                return _storage.Records.ContainsKey(Record);
            },
            isThere => isThere);
    }

    [Fact]
    public async Task Subscription_WhoseMarkFails_KeepsNoOtherOneWaiting()
    {
        var options = new SieOptions { Projects = [Project("p", "mine"), Project("q", "mine")], Compute = _world.Options.Compute };
        _status = new PubSubStatus(InstanceStream.Provider, ["projects/p/subscriptions/mine", "projects/q/subscriptions/mine"]);
        _storage.BeforeWrite = record => record == "pull-mark:projects/p/subscriptions/mine" ? throw new IOException("It is sick.") : Task.CompletedTask;
        using var service = ServiceOf(options);
        _status.Subscriptions[0].OnPulled(0, Noon);
        _status.Subscriptions[1].OnPulled(0, Noon);

        await service.RoundAsync(TestContext.Current.CancellationToken);

        Assert.Contains("projects/p/subscriptions/mine", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
        Assert.Equal(Noon, _storage.Read<PullMarkState>("pull-mark:projects/q/subscriptions/mine").LastPulledAt);
    }

    [Theory]
    [InlineData(true, true, false, true, "local mode")]
    [InlineData(false, false, false, true, "repair.enabled")]
    [InlineData(false, true, true, false, "PUBSUB_EMULATOR_HOST")]
    public async Task Repair_WhereThereIsNothingToAsk_IsOffAndSaysSo(bool local, bool enabled, bool emulator, bool endpoint, string reason)
    {
        using var service = ServiceOf(new SieOptions
        {
            IsLocal = local,
            Repair = new RepairOptions { Enabled = enabled },
            PubSub = new PubSubOptions { EmulatorHost = emulator ? "127.0.0.1:1" : null },
            Compute = new ComputeOptions { Endpoint = endpoint ? _compute.Endpoint : null },
        });
        Pulled(Noon);

        await service.StartAsync(TestContext.Current.CancellationToken);
        await service.ExecuteTask!;

        var line = Assert.Single(_log.Lines);
        Assert.Contains(reason, line.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await _world.MetricsAsync())["sie_repair_enabled"]);
        Assert.DoesNotContain(Record, _storage.Records.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Repair_WithAComputeApi_IsOn(bool emulator)
    {
        using var service = ServiceOf(new SieOptions
        {
            IsLocal = false,
            PubSub = new PubSubOptions { EmulatorHost = emulator ? "127.0.0.1:1" : null },
            Compute = new ComputeOptions { Endpoint = emulator ? _compute.Endpoint : null },
        });

        Assert.Null(service.WhyOff);
    }

    [Fact]
    public void Projects_ShareOrHaveTheirSubscriptions()
    {
        var targets = RepairTarget.Of(new SieOptions { Projects = [Project("a", "own"), Project("b", "projects/a/subscriptions/own")] });

        Assert.Equal([new("a", "projects/a/subscriptions/own"), new("b", "projects/a/subscriptions/own")], targets);
        Assert.Equal([new("p", _world.Subscription)], RepairTarget.Of(_world.Options));
    }

    private static ProjectOptions Project(string name, string interruptions) => new()
    {
        Name = name,
        InstanceCreationSubscriptionName = "creations",
        InstanceInterruptionSubscriptionName = interruptions,
    };

    private string Record => $"pull-mark:{_world.Subscription}";

    private void Pulled(DateTimeOffset at) => _status.Subscriptions[^1].OnPulled(0, at);

    private RepairService ServiceOf(SieOptions options) => new(
        options,
        _status,
        _world.Cluster.Grains,
        _world.Metrics,
        new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance),
        _world.Cluster.Time,
        new Logger<RepairService>(_log));
}
