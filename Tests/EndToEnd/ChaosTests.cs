using System.Diagnostics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>
/// The short form of <c>chaos</c>: real silos, a real Redis and Google's emulator while processes are killed and the store refuses, loses
/// answers and is slow; the long runs are for by hand. And that the same harness tells a program that acknowledges too early.
/// </summary>
[Collection(nameof(ChaosTests))]
[CollectionDefinition(nameof(ChaosTests), DisableParallelization = true)]
public sealed class ChaosTests
{
    private const int PartMissing = 2;

    [ChaosFact]
    public async Task ShortRun_OfTheProgram_IsExact()
    {
        var (exitCode, output) = await RunAsync("--short");

        Assert.True(exitCode == 0, output);
        Assert.Contains("VERDICT: exact", output, StringComparison.Ordinal);
    }

    [ChaosFact]
    public async Task ShortRun_WithTwoSilosCutFromEachOther_IsExact()
    {
        var (exitCode, output) = await RunAsync("--short", "--networks", "--events", "1500");

        Assert.True(exitCode == 0, output);
        Assert.Contains("do not reach each other", output, StringComparison.Ordinal);
        Assert.Contains("VERDICT: exact", output, StringComparison.Ordinal);
    }

    [ChaosFact]
    public async Task ShortRun_OnTheKubernetesApi_IsExact()
    {
        var (exitCode, output) = await RunAsync("--short", "--clustering", "kubernetes", "--events", "1500");

        Assert.True(exitCode == 0, output);
        Assert.Contains("the Kubernetes API server is away", output, StringComparison.Ordinal);
        Assert.Contains("VERDICT: exact", output, StringComparison.Ordinal);
    }

    [ChaosFact]
    public async Task LongRun_SiloFrozenBetweenReadingAndCallForTwentySeconds_IsExact()
    {
        var (exitCode, output) = await RunAsync("--short", "--long", "freeze-before-call", "--long-seconds", "20", "--events", "600");

        Assert.True(exitCode == 0, output);
        Assert.Contains(" instances were at that point", output, StringComparison.Ordinal);
        Assert.Contains("VERDICT: exact", output, StringComparison.Ordinal);
    }

    [ChaosFact]
    public async Task ShortRun_OfAProgramThatAcknowledgesTooEarly_IsADifference()
    {
        var (exitCode, output) = await RunAsync("--short", "--sabotage", "ack-before-effect", "--events", "1500");

        Assert.True(exitCode == 1, output);
        Assert.Contains("DIFFERENCE cluster ", output, StringComparison.Ordinal);
    }

    [ChaosFact]
    public async Task LongRun_TwoSilosCutForTwoMinutes_OneLeavesAndComesBack()
    {
        var (exitCode, output) = await RunAsync("--long", "cut", "--long-seconds", "120", "--events", "300");

        Assert.True(exitCode == 0, output);
        Assert.Contains("after the cut on", output, StringComparison.Ordinal);
        Assert.Contains("VERDICT: exact", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        Assert.SkipWhen(Programs.Find("redis-server") is null, "redis-server is missing: install it (Debian: apt-get install redis-server).");
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bench.dll"), "chaos", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = folder.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(process.ExitCode == PartMissing, output);
        return (process.ExitCode, output);
    }
}
