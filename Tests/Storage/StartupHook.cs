#pragma warning disable CA1050 // The runtime looks for a startup hook by this very name, outside any namespace.
using System.Globalization;
using OrleansSie.Silo.Storage;
using OrleansSie.Tests.Hosting;
using OrleansSie.Tests.Storage;

/// <summary>
/// Run by DOTNET_STARTUP_HOOKS in a process of its own, before the entry point. Turns a second process of this test program into a writer
/// that waits for its SIGKILL: it prints the number and version of every write that the store has acknowledged. Or signals the program at a
/// moment of its start: <see cref="SignalAtLoad"/>.
/// </summary>
internal static class StartupHook
{
    public const string FolderVariable = "SIE_TEST_STORE_WRITER";
    public const int Records = 2_000, Writers = 16;

    public static void Initialize()
    {
        SignalAtLoad.Prepare();
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            WriteForeverAsync(folder).GetAwaiter().GetResult();
        }
    }

    private static async Task WriteForeverAsync(string folder)
    {
        await using var store = await EmbeddedStore.StartAsync(new EmbeddedStoreSettings { Path = folder, Memory = "1m" }, CancellationToken.None);
        await StoreRecords.ForEachAsync(Writers, Writers, async first =>
        {
            for (var number = first; ; number = (number + Writers) % Records)
            {
                var version = await StoreRecords.VersionAsync(store, number) + 1;
                await StoreRecords.PutAsync(store, number, version);
                Acknowledge(number, version);
            }
        });
    }

    private static void Acknowledge(int number, int version)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number} {version}"));
            Console.Out.Flush();
        }
    }
}
