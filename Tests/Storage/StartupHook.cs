#pragma warning disable CA1050 // The runtime looks for a startup hook by this very name, outside any namespace.
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Storage;
using OrleansSie.Tests.Storage;
using StackExchange.Redis;

/// <summary>
/// Turns a second process of this test program into a writer that waits for its SIGKILL: it prints the number of every
/// write that the store has acknowledged. Run by DOTNET_STARTUP_HOOKS, before the test runner's own entry point.
/// </summary>
internal static class StartupHook
{
    public const string FolderVariable = "SIE_TEST_STORE_WRITER";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            WriteForeverAsync(folder).GetAwaiter().GetResult();
        }
    }

    private static async Task WriteForeverAsync(string folder)
    {
        await using var store = await EmbeddedStore.StartAsync(
            new EmbeddedStoreSettings { Path = folder, Memory = "4m", Logging = NullLoggerFactory.Instance }, CancellationToken.None);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.Client);
        var records = new StoreRecords(connection.GetDatabase());
        var acknowledged = Console.Out;
        await StoreRecords.ForEachAsync(int.MaxValue, 8, async i =>
        {
            await records.WriteAsync($"k{i}", "", $"e{i}", StoreRecords.Data(i, 0, 700));
            lock (acknowledged)
            {
                acknowledged.WriteLine(i.ToString(CultureInfo.InvariantCulture));
                acknowledged.Flush();
            }
        });
    }
}
