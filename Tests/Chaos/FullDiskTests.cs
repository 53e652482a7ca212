using Microsoft.Data.Sqlite;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>A disk without a free byte under the embedded store: what it refuses leaves no trace, and it goes on when there is room.</summary>
public sealed class FullDiskTests
{
    private const int FullErrorCode = 13;
    private const int Rounds = 3;

    [SystemFact]
    public async Task Store_FullAndFreedAgain_RefusesWithoutATraceAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        using var disk = Create(folder);
        await using (var store = await StartAsync(disk))
        {
            Assert.True(await store.WriteAsync("before", null, Record(64)));
            for (var round = 0; round < Rounds; round++)
            {
                disk.Fill();
                var refused = await Assert.ThrowsAsync<SqliteException>(() => store.WriteAsync($"full-{round}", null, Record(64 * 1024)));
                Assert.Equal(FullErrorCode, refused.SqliteErrorCode);
                Assert.NotNull(await store.ReadAsync("before"));
                Assert.Null(await store.ReadAsync($"full-{round}"));

                disk.Free();
                Assert.True(await store.WriteAsync($"freed-{round}", null, Record(64)));
            }
        }

        await using var again = await StartAsync(disk);
        Assert.NotNull(await again.ReadAsync("before"));
        for (var round = 0; round < Rounds; round++)
        {
            Assert.NotNull(await again.ReadAsync($"freed-{round}"));
            Assert.Null(await again.ReadAsync($"full-{round}"));
        }
    }

    [SystemFact]
    public async Task Store_StartedOnAFullDisk_SaysThatItIsFullAndAsksForNoBackup()
    {
        using var folder = new TemporaryFolder();
        using var disk = Create(folder);
        await using (var first = await StartAsync(disk))
        {
            await first.WriteAsync("before", null, Record(64));
        }

        disk.Fill();
        await RefusedAsFullAsync(disk);

        disk.Free();
        await using var second = await StartAsync(disk);
        Assert.NotNull(await second.ReadAsync("before"));
    }

    [SystemFact]
    public async Task Store_FirstStartedOnAFullDisk_SaysThatItIsFullAndStartsOnceThereIsRoom()
    {
        using var folder = new TemporaryFolder();
        using var disk = Create(folder);
        disk.Fill();
        await RefusedAsFullAsync(disk);

        disk.Free();
        await using var store = await StartAsync(disk);
        Assert.True(await store.WriteAsync("after", null, Record(64)));
    }

    private static async Task RefusedAsFullAsync(SmallDisk disk)
    {
        var refused = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync(disk));
        Assert.Contains("storage.path", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is full", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("backup", refused.Message, StringComparison.Ordinal);
    }

    private static SmallDisk Create(TemporaryFolder folder)
    {
        var disk = SmallDisk.TryCreate(Path.Combine(folder.Path, "disk"), 16 * 1024 * 1024, out var reason);
        Assert.SkipWhen(disk is null, reason ?? "");
        return disk!;
    }

    private static Task<EmbeddedStore> StartAsync(SmallDisk disk) => EmbeddedStore.StartAsync(
        new EmbeddedStoreSettings { Path = Path.Combine(disk.Path, "store"), Memory = "4m" }, TestContext.Current.CancellationToken);

    private static StoreRecord Record(int bytes) => new("1", new byte[bytes]);
}
