using System.Globalization;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>The program as a process: what a newcomer and an operator see.</summary>
public sealed class ProcessTests
{
    [SystemFact]
    public async Task LocalMode_PublishScrapeStopStart_CountsAndKeeps()
    {
        using var folder = new TemporaryFolder();
        var environment = Local();
        await using (var first = SiloProcess.Start(folder.Path, Port(environment), environment))
        {
            await first.ReadyAsync();
            using var pubSub = new PubSubRest($"127.0.0.1:{environment["SIE__LOCAL__PUBSUB_PORT"]}", "local-project");
            await pubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
            await pubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());
            await Eventually.IsAsync(first.MetricsAsync, m => m?.Interruptions("fake-cluster") == 1);

            var (exitCode, took) = await first.TerminateAsync();
            Assert.Equal(0, exitCode);
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        }

        await using var second = SiloProcess.Start(folder.Path, Port(environment), environment);
        await Eventually.IsAsync(second.MetricsAsync, m => m?.Interruptions("fake-cluster") == 1);
    }

    [SystemFact]
    public async Task LocalMode_AfterSigkill_HasLostNothingItSettled()
    {
        using var folder = new TemporaryFolder();
        var environment = Local();
        await using (var first = SiloProcess.Start(folder.Path, Port(environment), environment))
        {
            await first.ReadyAsync();
            using var pubSub = new PubSubRest($"127.0.0.1:{environment["SIE__LOCAL__PUBSUB_PORT"]}", "local-project");
            await pubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
            await pubSub.PublishAsync(LocalSilo.Interruptions, [.. Enumerable.Range(0, 50).Select(i => Entries.Interruption(operation: $"op-{i}"))]);
            await Eventually.IsAsync(first.MetricsAsync, m => m?.Interruptions("fake-cluster") == 50);
            first.Kill();
            await first.ExitedAsync();
        }

        await using var second = SiloProcess.Start(folder.Path, Port(environment), environment);
        await Eventually.IsAsync(second.MetricsAsync, m => m?.Interruptions("fake-cluster") == 50);
    }

    [SystemFact]
    public async Task Start_OnATakenPort_NamesTheKeyAndFails()
    {
        using var folder = new TemporaryFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var environment = Local();
        environment["SIE__LOCAL__PUBSUB_PORT"] = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await using var silo = SiloProcess.Start(folder.Path, Port(environment), environment);

        Assert.Equal(78, await silo.ExitedAsync());
        Assert.Contains("local.pubsub_port", silo.Output, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task Start_OnAStoreInUse_NamesTheKeyAndFails()
    {
        using var folder = new TemporaryFolder();
        var environment = Local();
        await using var first = SiloProcess.Start(folder.Path, Port(environment), environment);
        await first.ReadyAsync();
        var others = Local();
        await using var second = SiloProcess.Start(folder.Path, Port(others), others);

        Assert.Equal(78, await second.ExitedAsync());
        Assert.Contains("storage.path", second.Output, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task Start_WithABadConfiguration_ReportsAllFaultsAndFails()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "config.yaml");
        await File.WriteAllTextAsync(file, "prometheus:\n  prot: 8090\nlog_format: xml\n", TestContext.Current.CancellationToken);
        await using var silo = SiloProcess.Start(folder.Path, 0, new Dictionary<string, string> { ["CONFIG_PATH"] = file });

        Assert.Equal(78, await silo.ExitedAsync());
        Assert.Contains("prometheus.prot", silo.Output, StringComparison.Ordinal);
        Assert.Contains("log_format", silo.Output, StringComparison.Ordinal);
        Assert.Contains("project_name", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Local() => new()
    {
        ["SIE__PROMETHEUS__PORT"] = Free(),
        ["SIE__LOCAL__PUBSUB_PORT"] = Free(),
        ["SIE__CLUSTERING__SILO_PORT"] = Free(),
    };

    private static string Free() => LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture);

    private static int Port(Dictionary<string, string> environment) => int.Parse(environment["SIE__PROMETHEUS__PORT"], CultureInfo.InvariantCulture);
}
