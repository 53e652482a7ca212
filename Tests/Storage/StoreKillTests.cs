using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A real process with a store is killed while it writes, again and again on the same folder.</summary>
public sealed class StoreKillTests : StoreFixture
{
    private readonly int[] _acknowledged = new int[StartupHook.Records];

    [SystemFact]
    public async Task Store_WhoseProcessIsKilledAgainAndAgain_HoldsEveryWriteThatWasAcknowledged()
    {
        for (var kill = 1; kill <= 3; kill++)
        {
            await WriteUntilKilledAsync(writes: 2_500);
            var store = await StartAsync();
            for (var number = 0; number < _acknowledged.Length; number++)
            {
                // A write may be on disk and its answer be lost with the process: at most one is ahead of what we heard.
                var version = await StoreRecords.VersionAsync(store, number);
                Assert.InRange(version, _acknowledged[number], _acknowledged[number] + 1);
                _acknowledged[number] = version;
            }

            await StopAsync(store);
        }

        Assert.True(_acknowledged.Sum() >= 7_500);
    }

    /// <summary>Every line must be a write: the store itself prints nothing.</summary>
    private async Task WriteUntilKilledAsync(int writes)
    {
        using var writer = Process.Start(WriterProcess())!;
        try
        {
            for (var heard = 0; heard < writes; heard++)
            {
                var line = (await writer.StandardOutput.ReadLineAsync(Cancel))!.Split(' ');
                _acknowledged[int.Parse(line[0], CultureInfo.InvariantCulture)] = int.Parse(line[1], CultureInfo.InvariantCulture);
            }
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(CancellationToken.None);
        }

        var rest = await writer.StandardOutput.ReadToEndAsync(Cancel);
        foreach (var line in rest.Split('\n')[..^1].Select(line => line.Split(' ')))
        {
            _acknowledged[int.Parse(line[0], CultureInfo.InvariantCulture)] = int.Parse(line[1], CultureInfo.InvariantCulture);
        }
    }

    private ProcessStartInfo WriterProcess()
    {
        var tests = typeof(StartupHook).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(tests);
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = tests;
        start.Environment[StartupHook.FolderVariable] = Folder;
        return start;
    }
}
