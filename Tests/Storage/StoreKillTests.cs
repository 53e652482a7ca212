using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A real process with a store is killed while it writes.</summary>
public sealed class StoreKillTests : StoreFixture
{
    [Fact]
    public async Task Store_WhoseProcessIsKilled_HoldsEveryWriteThatWasAcknowledged()
    {
        var acknowledged = await WriteUntilKilledAsync(writes: 3_000);

        var records = await ConnectAsync((await StartAsync(Settings(memory: "4m"))).Client);

        Assert.True(acknowledged.Count >= 3_000);
        foreach (var i in acknowledged)
        {
            var (etag, data) = await records.ReadAsync($"k{i}");
            Assert.Equal($"e{i}", etag);
            Assert.Equal(StoreRecords.Data(i, 0, 700), data);
        }
    }

    /// <summary>Every line must be the number of a write: the store itself prints nothing.</summary>
    private async Task<List<int>> WriteUntilKilledAsync(int writes)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(StartupHook).Assembly.Location);
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.FolderVariable] = Folder;
        using var writer = Process.Start(start)!;
        var acknowledged = new List<int>();
        try
        {
            while (acknowledged.Count < writes && await writer.StandardOutput.ReadLineAsync(Cancel) is { } line)
            {
                acknowledged.Add(int.Parse(line, CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(CancellationToken.None);
        }

        return acknowledged;
    }
}
