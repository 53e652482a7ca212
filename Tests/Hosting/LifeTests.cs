using Microsoft.Data.Sqlite;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Testing.Kubernetes;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>The program is asked to end, at every moment of its life, as a child of anybody and as PID 1.</summary>
[Collection(nameof(LifeTests))]
[CollectionDefinition(nameof(LifeTests))]
public sealed class LifeTests
{
    private const string Table = "sie-membership";

    [SystemFact]
    public async Task BeforeItsFirstInstruction_TheSignalEndsIt()
    {
        using var folder = new TemporaryFolder();
        var pipe = Pipe.Create(folder.Path);
        await using var life = Life.Start(environment: _ => BeforeMain(pipe));
        await using var reader = await Pipe.ReaderAsync(pipe);

        await life.SignalAsync();

        Assert.Equal(143, await life.EndsAsync());
        Assert.Empty(life.Silo.Output.Trim());
    }

    [SystemFact]
    public async Task BeforeItsFirstInstruction_AsFirstProcess_TheSignalEndsIt_OrIsLost_AndTheNextOneEndsIt()
    {
        using var folder = new TemporaryFolder();
        var pipe = Pipe.Create(folder.Path);
        await using var life = Life.Start(asFirst: true, environment: _ => BeforeMain(pipe));
        await using (await Pipe.ReaderAsync(pipe))
        {
            await life.SignalAsync();
        }

        // The runtime gives the signal back to the kernel. Whether that drops it differs from machine to machine.
        var isReady = await Eventually.IsAsync(
            async () => life.Silo.HasExited || await life.Silo.ReadinessAsync() == "ready\n", isDecided => isDecided) && !life.Silo.HasExited;
        if (isReady)
        {
            await life.SignalAsync();
        }

        Assert.Equal(isReady ? 0 : 143, await life.EndsAsync());
    }

    [SystemTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhileItReadsItsConfiguration_ItEnds(bool asFirst)
    {
        using var folder = new TemporaryFolder();
        var pipe = Pipe.Create(folder.Path);
        await using var life = Life.Start(asFirst, _ => new Dictionary<string, string> { ["CONFIG_PATH"] = pipe });
        await using var reader = await Pipe.ReaderAsync(pipe);

        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhileItOpensItsStore_ItEnds(bool asFirst)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "state.db");
        await (await EmbeddedStore.StartAsync(new EmbeddedStoreSettings { Path = folder.Path }, TestContext.Current.CancellationToken)).DisposeAsync();
        await using var other = new SqliteConnection($"Data Source={file};Pooling=false");
        other.Open();
        await using var hold = other.CreateCommand();
        hold.CommandText = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;";
        hold.ExecuteNonQuery();
        await using var life = Life.Start(asFirst, _ => new Dictionary<string, string> { ["SIE__STORAGE__PATH"] = folder.Path });
        await life.OpensAsync("state.db");

        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemTheory]
    [InlineData("Microsoft.Extensions.Logging.Console")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("SQLitePCLRaw.core")]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Core")]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Orleans.Core")]
    [InlineData("Orleans.Runtime")]
    [InlineData("Prometheus.NetStandard")]
    [InlineData("Orleans.Streaming")]
    [InlineData("Grpc.Net.Client")]
    public async Task WhileItLoadsAPartOfItself_ItEnds(string assembly)
    {
        await using var life = Life.Start(environment: _ => new Dictionary<string, string>
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
            [SignalAtLoad.AssemblyVariable] = assembly,
        });

        Assert.Equal(0, await life.EndsAsync());
        Assert.Empty(life.Silo.Errors);
        Life.AssertNoFault(life.Silo.Output);
    }

    [SystemTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhileItWaitsForAStoreThatIsAway_ItEnds(bool asFirst)
    {
        await using var life = Life.Start(asFirst, _ => Life.OnRedis($"127.0.0.1:{LoopbackPorts.Free()}"));
        await life.SaysAsync("Not started yet, since the store");

        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemFact]
    public async Task WhileItWaitsForAStoreThatNeverAnswers_ItEnds()
    {
        using var silence = Life.Silence();
        await using var life = Life.Start(environment: _ => Life.OnRedis(silence.LocalEndpoint.ToString()!));
        await life.SaysAsync("Not started yet, since the store");

        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhileItJoinsAndTheTableIsAway_ItEnds(bool asFirst)
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var table = await TableAsync();
        await table.StopAsync();
        await using var life = Life.Start(asFirst, home => OnKubernetes(home, redis, table));
        await life.SaysAsync("cannot be reached yet");

        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhileItJoinsAndTheTableNeverAnswers_ItEnds(bool asFirst)
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var table = await TableAsync();
        table.Outage = new FakeFault { Hang = true };
        await using var life = Life.Start(asFirst, home => OnKubernetes(home, redis, table));
        await Eventually.IsAsync(() => Task.FromResult(table.Log.Count), requests => requests > 0);

        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemTheory]
    [InlineData("get")]
    [InlineData("patch")]
    public async Task WhileItJoinsAndOneRequestIsNotAnswered_ItEnds(string verb)
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var table = await TableAsync();
        var reached = new TaskCompletionSource();
        table.FailNext(verb, new FakeFault { Hang = true, Before = reached.SetResult });
        await using var life = Life.Start(environment: home => OnKubernetes(home, redis, table));
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemTheory]
    [InlineData(Life.Term, false)]
    [InlineData(Life.Int, false)]
    [InlineData(Life.Quit, false)]
    [InlineData(Life.Hup, false)]
    [InlineData(Life.Term, true)]
    [InlineData(Life.Int, true)]
    public async Task WhileItServes_ItEnds(int signal, bool asFirst)
    {
        await using var life = Life.Start(asFirst);
        await life.Silo.ReadyAsync();

        await life.SignalAsync(signal);

        await life.EndsWellAsync();
    }

    [SystemFact]
    public async Task WhileItServes_TheSameRequestTwice_IsOne()
    {
        await using var life = Life.Start();
        await life.Silo.ReadyAsync();

        await life.SignalAsync();
        await life.SignalAsync();

        await life.EndsWellAsync();
    }

    [SystemTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DuringItsStop_AnotherSignalEndsItAtOnce(bool asFirst)
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var table = await TableAsync();
        await using var life = Life.Start(asFirst, home => OnKubernetes(home, redis, table));
        await JoinedAsync(life);
        table.Outage = new FakeFault { Hang = true };

        await life.SignalAsync();
        await Eventually.IsAsync(
            async () =>
            {
                await life.SignalAsync(Life.Int);
                return life.Silo.HasExited;
            },
            ended => ended);

        Assert.Equal(130, await life.EndsAsync());
        Assert.Empty(life.Silo.Errors);
    }

    [SystemFact]
    public async Task DuringItsStop_WithoutTheTable_ItEndsInTime()
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var table = await TableAsync();
        await using var life = Life.Start(environment: home => OnKubernetes(home, redis, table));
        await JoinedAsync(life);
        table.Outage = new FakeFault { Hang = true };

        await life.SignalAsync();

        Assert.Equal(0, await life.EndsAsync());
        Assert.Equal(
            "The silo ends after 28 s of stopping, without having left its cluster: what it needs for that, as the membership table, does not answer. Nothing is lost.",
            life.Silo.Errors);
        Life.AssertNoFault(life.LastWords);
    }

    [SystemFact]
    public async Task UnderNohup_AHangUpIsIgnored()
    {
        await using var life = Life.Start(command: ["nohup", "dotnet", SiloProcess.Program]);
        await life.Silo.ReadyAsync();

        await life.SignalAsync(Life.Hup);
        Assert.Equal("ready\n", await life.Silo.ReadinessAsync());
        await life.SignalAsync();

        Assert.Equal(0, await life.EndsAsync());
    }

    [SystemFact]
    public async Task UnderDotnetRun_ItStartsWithoutArgumentsAndEnds()
    {
        await using var life = Life.Start(
            command: ["dotnet", "run", "--no-build", "--project", Repository.PathOf("Silo")]);
        await life.Silo.ReadyAsync();

        await life.SignalAsync();

        Assert.Equal(0, await life.EndsAsync());
        Life.AssertNoFault(life.LastWords);
    }

    private static Dictionary<string, string> BeforeMain(string pipe) => new()
    {
        ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
        [SignalAtLoad.HoldVariable] = pipe,
    };

    private static async Task<FakeApiServer> TableAsync()
    {
        var table = await FakeApiServer.StartAsync();
        table.Prepare(Table);
        return table;
    }

    private static Dictionary<string, string> OnKubernetes(string home, RedisServer redis, FakeApiServer table) => new(Life.OnRedis(redis.ConnectionString))
    {
        ["SIE__CLUSTERING__PROVIDER"] = "kubernetes",
        ["SIE__CLUSTERING__ADVERTISED_ADDRESS"] = "127.0.0.1",
        ["SIE__CLUSTERING__KUBERNETES__CONFIG_MAP"] = Table,
        ["KUBECONFIG"] = KubeConfig.Write(home, table),
        ["HOME"] = home,
        ["POD_NAME"] = "sie-0",
    };

    private static Task<string?> JoinedAsync(Life life) => Eventually.IsAsync(
        life.Silo.ReadinessAsync, answer => answer is not null && !answer.Contains("has not joined", StringComparison.Ordinal));
}
