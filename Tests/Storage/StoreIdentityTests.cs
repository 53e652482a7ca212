using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A start never takes another file for a store, nor a store that is lost for a new one.</summary>
public sealed class StoreIdentityTests : StoreFixture
{
    private string Database => Path.Combine(Folder, "state.db");

    private string Marker => Path.Combine(Folder, "store-id");

    [Fact]
    public async Task Start_OnAFolderWithOtherFiles_IsNewOnceAndKeepsItsId()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "notes.txt"), "not ours", Cancel);

        var first = await StartAsync();
        Assert.True(first.IsNew);
        await StoreRecords.PutAsync(first, 1, 1);
        var id = await File.ReadAllTextAsync(Marker, Cancel);
        await StopAsync(first);

        var second = await StartAsync();
        Assert.False(second.IsNew);
        Assert.Equal(1, await StoreRecords.VersionAsync(second, 1));
        Assert.Equal(id, await File.ReadAllTextAsync(Marker, Cancel));
    }

    [Theory]
    [InlineData("store-id")]
    [InlineData("state.db-wal")]
    public async Task Start_WhereTheStoreIsGone_IsRefusedAndMakesNone(string left)
    {
        await StopAsync(await StartAsync());
        File.Delete(Database);
        File.Delete(Marker);
        await File.WriteAllTextAsync(Path.Combine(Folder, left), "left", Cancel);

        await RefusedAsync("is gone");

        Assert.False(File.Exists(Database));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_OnAnEmptiedStore_IsRefusedAndLeavesIt(bool isMarked)
    {
        await StopAsync(await StartAsync());
        await File.WriteAllBytesAsync(Database, [], Cancel);
        if (!isMarked)
        {
            File.Delete(Marker);
        }

        await RefusedAsync("was emptied");

        Assert.Equal(0, new FileInfo(Database).Length);
    }

    [Fact]
    public async Task Start_OnAnotherProgramsDatabase_IsRefusedAndLeavesItAsItIs()
    {
        await using (var other = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            await other.OpenAsync(Cancel);
            StoreDatabase.Execute(other, "CREATE TABLE bookmarks (title TEXT)");
        }

        var before = await File.ReadAllBytesAsync(Database, Cancel);

        await RefusedAsync("not a store of this program");

        Assert.Equal(before, await File.ReadAllBytesAsync(Database, Cancel));
        Assert.Equal(["lock", "state.db"], Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Start_AfterACrashWhileTheStoreWasMade_IsNew()
    {
        await File.WriteAllTextAsync($"{Database}.new", "half of it", Cancel);
        await File.WriteAllTextAsync($"{Database}.new-journal", "half of it", Cancel);

        var store = await StartAsync();

        Assert.True(store.IsNew);
        await StoreRecords.PutAsync(store, 1, 1);
    }

    [Fact]
    public async Task Start_AfterACrashBetweenStoreAndMarker_GoesOnWithTheStore()
    {
        await StopAsync(await StartAsync());
        var id = await File.ReadAllTextAsync(Marker, Cancel);
        File.Delete(Marker);

        Assert.False((await StartAsync()).IsNew);

        Assert.Equal(id, await File.ReadAllTextAsync(Marker, Cancel));
    }

    [Fact]
    public async Task Start_OnABackupOfTheFolder_HasItsRecords()
    {
        using var backup = new TemporaryFolder();
        var store = await StartAsync();
        await StoreRecords.PutAsync(store, 1, 1);
        await StopAsync(store);
        Copy(Folder, backup.Path);
        var later = await StartAsync();
        await StoreRecords.PutAsync(later, 1, 2);
        await StopAsync(later);

        Clear(Folder);
        Copy(backup.Path, Folder);

        Assert.Equal(1, await StoreRecords.VersionAsync(await StartAsync(), 1));
    }

    [Fact]
    public async Task Start_OnACopyOfTheDatabaseAloneTakenWhileItRan_HasItsRecords()
    {
        var store = await StartAsync();
        await StoreRecords.PutAsync(store, 1, 1);
        using var restored = new TemporaryFolder();
        await using (var running = StoreDatabase.OpenReader(Database, StoreMemory.Least))
        {
            StoreDatabase.Execute(running, $"VACUUM INTO '{Path.Combine(restored.Path, "state.db")}'");
        }

        var again = await StartAsync(restored.Path);

        Assert.False(again.IsNew);
        Assert.Equal(1, await StoreRecords.VersionAsync(again, 1));
        await StopAsync(again);
    }

    [Fact]
    public async Task Start_OnTheDatabaseOfAnotherStore_IsRefusedUntilItIsWanted()
    {
        using var folder = new TemporaryFolder();
        var other = await StartAsync(folder.Path);
        await StoreRecords.PutAsync(other, 1, 1);
        await StopAsync(other);
        await StopAsync(await StartAsync());
        File.Copy(Path.Combine(folder.Path, "state.db"), Database, overwrite: true);

        await RefusedAsync("while this folder held the store");
        File.Delete(Marker);

        Assert.Equal(1, await StoreRecords.VersionAsync(await StartAsync(), 1));
    }

    [Fact]
    public async Task Start_AfterTheFolderWasEmptied_IsNew()
    {
        await StopAsync(await StartAsync());
        Clear(Folder);

        Assert.True((await StartAsync()).IsNew);
    }

    [SystemFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_OnADatabaseThatThisUserMayNotRead_AsksForThatRight()
    {
        await StopAsync(await StartAsync());
        File.SetUnixFileMode(Folder, (UnixFileMode)Convert.ToInt32("777", 8));
        foreach (var file in Directory.GetFiles(Folder))
        {
            File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("666", 8));
        }

        File.SetUnixFileMode(Database, UnixFileMode.None);

        // Root is refused nothing: there it is another user who starts.
        string[] other = Environment.UserName == "root" ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        string Port() => LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture);
        await using var silo = SiloProcess.Start(
            Folder,
            0,
            new Dictionary<string, string> { ["SIE__STORAGE__PATH"] = Folder, ["SIE__PROMETHEUS__PORT"] = Port(), ["SIE__LOCAL__PUBSUB_PORT"] = Port() },
            prefix: other);

        Assert.Equal(78, await silo.ExitedAsync());
        Assert.Contains("chown", silo.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "chown", "backup")]
    [InlineData(8, "chown", "backup")]
    [InlineData(14, "chown", "backup")]
    [InlineData(11, "backup", "chown")]
    [InlineData(26, "backup", "chown")]
    [InlineData(13, "Make room", "backup")]
    public void Fault_OfSqlite_GetsItsOwnAdviceInOneShortLine(int code, string advice, string other)
    {
        var told = StoreErrors.Tell("/data/state.db", new SqliteException("SQLite Error: 'as it says'.", code));

        Assert.Contains(advice, told, StringComparison.Ordinal);
        Assert.DoesNotContain(other, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
        Assert.InRange(told.Length, 1, 300);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static void Clear(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Delete(file);
        }
    }

    private async Task RefusedAsync(string because)
    {
        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync());
        Assert.Contains("storage.path", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
    }
}
