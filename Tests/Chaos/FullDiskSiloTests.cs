using System.Globalization;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>The program on a disk without a free byte: it tells, settles nothing that is not stored, and goes on when there is room.</summary>
public sealed class FullDiskSiloTests
{
    private const int Instances = 20;
    private const string Cluster = "fake-cluster";
    private const string Cause = "disk is full";

    /// <summary>A failing delivery is tried for two minutes before it counts as failed and the silo as not ready.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    [SystemFact]
    public async Task Silo_FullAndFreedAgain_TellsItAndCountsAllByItself()
    {
        using var folder = new TemporaryFolder();
        using var disk = Create(folder);
        var environment = Local(disk);
        await using var silo = SiloProcess.Start(folder.Path, Port(environment), environment);
        using var pubSub = Client(environment);
        await CountFirstAsync(silo, pubSub);

        disk.Fill();
        await pubSub.PublishAsync(LocalSilo.Interruptions, Operations("second"));
        await SaysTheCauseAsync(silo);
        var full = await Eventually.IsAsync(silo.MetricsAsync, m => m?["sie_ready"] == 0, _patience);
        Assert.Equal(Instances, full!.Interruptions(Cluster));
        Assert.Equal(Instances, Settled(full));

        disk.Free();
        await CountsAllAsync(silo);
        Assert.Equal(0, await pubSub.WaitingAsync("sie-interruption-subscription"));
        await CountsNoneTwiceAsync(silo, pubSub);
    }

    [SystemFact]
    public async Task Silo_KilledAndStartedAgainWhileFull_KeepsWhatItSettledAndGoesOnWhenThereIsRoom()
    {
        using var folder = new TemporaryFolder();
        using var disk = Create(folder);
        var environment = Local(disk);
        using var pubSub = Client(environment);
        await using (var first = SiloProcess.Start(folder.Path, Port(environment), environment))
        {
            await CountFirstAsync(first, pubSub);
            disk.Fill();
            await pubSub.PublishAsync(LocalSilo.Interruptions, Operations("second"));
            await SaysTheCauseAsync(first);
            Assert.Equal(Instances, Settled((await first.MetricsAsync())!));
            first.Kill();
            await first.ExitedAsync();
        }

        // The Pub/Sub of local mode ended with the process; the real one hands out again what was not acked.
        disk.Fill();
        await using var second = SiloProcess.Start(folder.Path, Port(environment), environment);
        await Eventually.IsAsync(second.MetricsAsync, m => m is not null);
        await pubSub.PublishAsync(LocalSilo.Interruptions, Operations("second"));
        await SaysTheCauseAsync(second);
        var full = await Eventually.IsAsync(second.MetricsAsync, m => m is not null);
        Assert.Equal(Instances, full!.Interruptions(Cluster) ?? Instances);
        Assert.Equal(0, Settled(full));

        disk.Free();
        await CountsAllAsync(second);
        await CountsNoneTwiceAsync(second, pubSub);
    }

    private static Task<Exposition?> CountsAllAsync(SiloProcess silo) => Eventually.IsAsync(
        silo.MetricsAsync, m => m?["sie_ready"] == 1 && m.Interruptions(Cluster) == 2 * Instances && InFlight(m) == 0, _patience);

    /// <summary>Publishes all of them once more: each is settled, and no count moves.</summary>
    private static async Task CountsNoneTwiceAsync(SiloProcess silo, PubSubRest pubSub)
    {
        var before = Settled((await silo.MetricsAsync())!);
        await pubSub.PublishAsync(LocalSilo.Interruptions, [.. Operations("first"), .. Operations("second")]);
        var after = await Eventually.IsAsync(silo.MetricsAsync, m => m is not null && Settled(m) >= before + (2 * Instances) && InFlight(m) == 0, _patience);
        Assert.Equal(2 * Instances, after!.Interruptions(Cluster));
    }

    private static async Task CountFirstAsync(SiloProcess silo, PubSubRest pubSub)
    {
        await silo.ReadyAsync();
        await pubSub.PublishAsync(LocalSilo.Creations, [.. Enumerable.Range(0, Instances).Select(i => Entries.Creation($"vm-{i}"))]);
        await Eventually.IsAsync(silo.MetricsAsync, m => m?.Messages("created") == Instances);
        await pubSub.PublishAsync(LocalSilo.Interruptions, Operations("first"));
        await Eventually.IsAsync(silo.MetricsAsync, m => m?.Interruptions(Cluster) == Instances && Settled(m) == Instances && InFlight(m) == 0);
    }

    private static async Task SaysTheCauseAsync(SiloProcess silo) =>
        await Eventually.IsAsync(() => Task.FromResult(silo.Output), output => output.Contains(Cause, StringComparison.Ordinal));

    private static double InFlight(Exposition metrics) => metrics.Of("sie_messages_in_flight").Values.Sum();

    private static double Settled(Exposition metrics) => metrics.Messages("counted") + metrics.Messages("duplicate");

    private static string[] Operations(string name) => [.. Enumerable.Range(0, Instances).Select(i => Entries.Interruption($"vm-{i}", $"{name}-{i}"))];

    private static SmallDisk Create(TemporaryFolder folder)
    {
        var disk = SmallDisk.TryCreate(Path.Combine(folder.Path, "disk"), 16 * 1024 * 1024, out var reason);
        Assert.SkipWhen(disk is null, reason ?? "");
        return disk!;
    }

    private static PubSubRest Client(Dictionary<string, string> environment) =>
        new($"127.0.0.1:{environment["SIE__LOCAL__PUBSUB_PORT"]}", "local-project");

    private static Dictionary<string, string> Local(SmallDisk disk) => new()
    {
        ["SIE__PROMETHEUS__PORT"] = FreePort(),
        ["SIE__LOCAL__PUBSUB_PORT"] = FreePort(),
        ["SIE__CLUSTERING__SILO_PORT"] = FreePort(),
        ["SIE__STORAGE__PATH"] = Path.Combine(disk.Path, "store"),
    };

    private static string FreePort() => LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture);

    private static int Port(Dictionary<string, string> environment) => int.Parse(environment["SIE__PROMETHEUS__PORT"], CultureInfo.InvariantCulture);
}
