using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Tests.EndToEnd;
using Xunit;
using static OrleansSie.Tests.EndToEnd.LocalSilo;

namespace OrleansSie.Tests.Storage;

/// <summary>A store that is deleted, replaced, emptied or damaged while it is in use acknowledges nothing more, and says why.</summary>
public sealed class LostStoreTests : StoreFixture
{
    private const int Page = 4_096;

    private string Database => Path.Combine(Folder, "state.db");

    [Theory]
    [InlineData("folder deleted")]
    [InlineData("folder moved")]
    [InlineData("database deleted")]
    [InlineData("database replaced")]
    [InlineData("database emptied")]
    [InlineData("log deleted")]
    public async Task Write_ToAStoreThatIsNoLongerInItsPlace_IsNotAcknowledgedNorIsAnyOther(string way)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open file cannot be taken away here.");
        using var elsewhere = new TemporaryFolder();
        var path = Path.Combine(Folder, "data");
        var store = await StartAsync(path);
        await StoreRecords.PutAsync(store, 1, 1);

        Take(way, path, elsewhere.Path);

        var loss = await Assert.ThrowsAsync<StoreLostException>(() => store.WriteAsync("k2", null, new StoreRecord("v1", [1])));
        Assert.Contains(path, loss.Message, StringComparison.Ordinal);
        Assert.Contains("put a backup of the folder in its place", loss.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreLostException>(() => store.ReadAsync("k1"));
        await Assert.ThrowsAsync<StoreLostException>(store.ProbeAsync);
        await Assert.ThrowsAsync<StoreLostException>(() => store.RemoveAsync("k1", "v1"));
    }

    [Fact]
    public async Task Probe_OfAStoreOverwrittenWithAnotherOne_TellsItAndTheOtherIsLeftAsItIs()
    {
        using var folder = new TemporaryFolder();
        var other = await StartAsync(folder.Path);
        await StoreRecords.PutAsync(other, 1, 1);
        await StopAsync(other);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder.Path, "state.db"), Cancel);
        var store = await StartAsync();
        await store.ProbeAsync();
        await StoreRecords.PutAsync(store, 7, 1);

        await File.WriteAllBytesAsync(Database, bytes, Cancel);

        await Assert.ThrowsAsync<StoreLostException>(store.ProbeAsync);
        await StopAsync(store);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Database, Cancel));
    }

    [Fact]
    public async Task Stop_OfAStoreWhoseFolderWasReplaced_LeavesTheNewOneAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open file cannot be taken away here.");
        var path = Path.Combine(Folder, "data");
        var store = await StartAsync(path);
        await StoreRecords.PutAsync(store, 1, 1);
        Directory.Move(path, Path.Combine(Folder, "before"));
        Directory.CreateDirectory(path);
        foreach (var name in (string[])["state.db", "state.db-wal"])
        {
            await File.WriteAllTextAsync(Path.Combine(path, name), "of a backup", Cancel);
        }

        await Assert.ThrowsAsync<StoreLostException>(store.ProbeAsync);
        await StopAsync(store);

        Assert.All((string[])["state.db", "state.db-wal"], name => Assert.Equal("of a backup", File.ReadAllText(Path.Combine(path, name))));
    }

    [Fact]
    public async Task Start_OnDamagedPages_ShutsTheGateAndNamesTheDatabaseAndTheRemedy()
    {
        var first = await StartAsync();
        await StoreRecords.ForEachAsync(400, 40, i => StoreRecords.PutAsync(first, i, 1));
        await StopAsync(first);
        Damage(Database, page: 40, pages: 4);
        var store = await StartAsync();
        var log = new LogRecorder();
        using var health = new StoreHealth(new StoreClient(store), TimeProvider.System, new Logger<StoreHealth>(log));

        await store.CheckedAsync();

        Assert.False(await health.LookAsync(Cancel));
        Assert.False(health.IsOpen);
        Assert.StartsWith($"the store '{Database}' is corrupt", health.Fault, StringComparison.Ordinal);
        Assert.Contains("put a backup of the folder in its place", health.Fault, StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line is { Level: LogLevel.Error, Event.Id: 3011 } && line.Text.Contains(Database, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_OfADamagedPage_IsALossAndNotAnEmptyRecord()
    {
        var first = await StartAsync();
        await StoreRecords.ForEachAsync(400, 40, i => StoreRecords.PutAsync(first, i, 1));
        await StopAsync(first);
        Damage(Database, page: 7, pages: 70);

        var store = await StartAsync();

        await Assert.ThrowsAsync<StoreLostException>(() => StoreRecords.ForEachAsync(400, 1, i => StoreRecords.VersionAsync(store, i)));
    }

    [Fact]
    public async Task Folder_DeletedUnderASilo_StopsAcksAndCountsAndReadinessSaysWhy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open file cannot be taken away here.");
        var path = Path.Combine(Folder, "data");
        await using var silo = await LocalSilo.StartAsync(path);
        await silo.PubSub.PublishAsync(Creations, Entries.Creation());
        await silo.PubSub.PublishAsync(Interruptions, Entries.Interruption(operation: "before"));
        await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 1);

        Directory.Delete(path, recursive: true);
        await silo.PubSub.PublishAsync(Interruptions, [.. Enumerable.Range(0, 20).Select(i => Entries.Interruption(operation: $"after-{i}"))]);

        var (status, why) = await Eventually.IsAsync(() => silo.GetAsync("/healthz/ready"), answer => answer.Status == 503);
        Assert.StartsWith($"not ready\nthe store '{Path.Combine(path, "state.db")}' was deleted, moved or replaced", why, StringComparison.Ordinal);
        var metrics = await silo.MetricsAsync();
        Assert.Equal((0, 1, 0), (metrics["sie_store_available"], metrics["sie_store_rollbacks_total"], metrics["sie_ready"]));
        Assert.Equal((1, 1), (metrics.Interruptions("fake-cluster"), metrics.Messages("counted") + metrics.Messages("waiting")));
        Assert.Equal(20, silo.Outstanding);
        Assert.Equal("live\n", (await silo.GetAsync("/healthz/live")).Body);
    }

    private static void Take(string way, string path, string elsewhere)
    {
        var database = Path.Combine(path, "state.db");
        switch (way)
        {
            case "folder deleted":
                Directory.Delete(path, recursive: true);
                break;
            case "folder moved":
                Directory.Move(path, Path.Combine(elsewhere, "moved"));
                break;
            case "database deleted":
                File.Delete(database);
                break;
            case "database replaced":
                File.Copy(database, $"{database}.copy");
                File.Move($"{database}.copy", database, overwrite: true);
                break;
            case "database emptied":
                File.WriteAllBytes(database, []);
                break;
            default:
                File.Delete($"{database}-wal");
                break;
        }
    }

    private static void Damage(string database, int page, int pages)
    {
        using var file = new FileStream(database, FileMode.Open, FileAccess.Write);
        file.Position = (page - 1) * Page;
        file.Write(Enumerable.Repeat((byte)0xff, pages * Page).ToArray());
    }
}
