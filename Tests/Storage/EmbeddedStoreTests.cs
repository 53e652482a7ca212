using Microsoft.Data.Sqlite;
using OrleansSie.Silo.Storage;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>What the embedded store promises to the grains.</summary>
public sealed class EmbeddedStoreTests : StoreFixture
{
    [Fact]
    public async Task Store_StoppedAndStarted_KeepsState()
    {
        var store = await StartAsync();
        await StoreRecords.PutAsync(store, 1, 1);
        await StopAsync(store);

        var again = await StartAsync();

        Assert.Equal(1, await StoreRecords.VersionAsync(again, 1));
    }

    [Fact]
    public async Task Store_WithTenTimesItsMemoryInData_ReadsAllOfItBack()
    {
        const int Count = 5_000, Length = 8 * 1024 + 512;
        var store = await StartAsync(memory: "4m");
        await StoreRecords.ForEachAsync(Count, 64, i => StoreRecords.PutAsync(store, i, 1, Length));

        var missing = 0;
        await StoreRecords.ForEachAsync(Count, 8, async i =>
        {
            if (await StoreRecords.VersionAsync(store, i, Length) != 1)
            {
                Interlocked.Increment(ref missing);
            }
        });

        Assert.Equal(0, missing);
    }

    [Fact]
    public async Task Store_OverwrittenManyTimes_StaysBoundedOnDisk()
    {
        const int Count = 500, Versions = 40, Length = 2_000;
        var store = await StartAsync();
        for (var version = 1; version <= Versions; version++)
        {
            await StoreRecords.ForEachAsync(Count, 50, i => StoreRecords.PutAsync(store, i, version, Length));
        }

        var live = (long)Count * Length;
        var disk = new DirectoryInfo(Folder).EnumerateFiles().Sum(file => file.Length);
        Assert.InRange(disk, live, (4 * live) + (8 << 20));
        Assert.Equal(Versions, await StoreRecords.VersionAsync(store, Count - 1, Length));
        await StopAsync(store);
        Assert.InRange(new DirectoryInfo(Folder).EnumerateFiles().Sum(file => file.Length), live, 3 * live);
    }

    [Fact]
    public async Task Write_OverARecordThatIsNotTheNamedOne_ChangesNothing()
    {
        var store = await StartAsync();
        await StoreRecords.PutAsync(store, 1, 1);

        Assert.False(await store.WriteAsync("k1", "another", new StoreRecord("new", [1])));
        Assert.False(await store.WriteAsync("k1", null, new StoreRecord("new", [1])));
        Assert.False(await store.WriteAsync("absent", "v1", new StoreRecord("new", [1])));
        Assert.False(await store.RemoveAsync("k1", "another"));
        Assert.False(await store.RemoveAsync("k1", null));

        Assert.Equal(1, await StoreRecords.VersionAsync(store, 1));
        Assert.Null(await store.ReadAsync("absent"));
    }

    [Fact]
    public async Task Write_ByManyAtOnceOverTheSameRecord_SucceedsForOne()
    {
        var store = await StartAsync();

        var won = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => store.WriteAsync("k", null, new StoreRecord($"e{i}", [1]))));

        Assert.Single(won, applied => applied);
        Assert.Equal($"e{Array.IndexOf(won, true)}", (await store.ReadAsync("k"))!.Etag);
    }

    [Fact]
    public async Task Remove_OfTheNamedRecord_LeavesNoneAndMakesRoomForAFirst()
    {
        var store = await StartAsync();
        await StoreRecords.PutAsync(store, 1, 1);

        Assert.True(await store.RemoveAsync("k1", "v1"));
        Assert.True(await store.RemoveAsync("k1", null));

        Assert.Null(await store.ReadAsync("k1"));
        await StoreRecords.PutAsync(store, 1, 1);
    }

    [Fact]
    public async Task Write_AfterTheStop_IsRefused()
    {
        var store = await StartAsync();
        await StopAsync(store);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.WriteAsync("k", null, new StoreRecord("e", [1])));
    }

    [Fact]
    public async Task Write_ThatTheDiskRefuses_FailsAndTheNextIsTriedAnew()
    {
        var store = await StartAsync();
        await using (var other = StoreDatabase.OpenReader(Path.Combine(Folder, "state.db"), 1 << 20))
        {
            StoreDatabase.Execute(other, "CREATE TRIGGER full BEFORE INSERT ON state WHEN NEW.key = 'full' BEGIN SELECT RAISE(ABORT, 'no room'); END");
        }

        await Assert.ThrowsAsync<SqliteException>(() => store.WriteAsync("full", null, new StoreRecord("e", [1])));

        Assert.True(await store.WriteAsync("k", null, new StoreRecord("e", [1])));
        Assert.Null(await store.ReadAsync("full"));
    }
}
