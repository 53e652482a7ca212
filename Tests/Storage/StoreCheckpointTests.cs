using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>Checkpoints keep the disk bounded and lose nothing.</summary>
public sealed class StoreCheckpointTests : StoreFixture
{
    private const int Keys = 500, Length = 2_000;

    [Fact]
    public async Task Store_OverwrittenAcrossManyCheckpoints_StaysBoundedOnDiskAndKeepsTheLastWrites()
    {
        var settings = Settings(memory: "4m");
        var store = await StartAsync(settings);
        var records = await ConnectAsync(store.Client);
        var sizes = new List<long>();
        const int Rounds = 14;
        for (var round = 0; round < Rounds; round++)
        {
            await OverwriteAsync(records, round);
            await OverwriteAsync(records, round, again: true);
            Time.Advance(settings.CheckpointInterval);
            await Log.WaitForAsync("StoreCheckpointTaken", Cancel);
            sizes.Add(SizeOf(Folder));
        }

        const long Written = 2L * Rounds * Keys * Length;
        Assert.True(sizes[^1] < Written / 2, string.Join(' ', sizes));
        var image = CrashImage.Of(Folder);
        var copy = await ConnectAsync((await StartAsync(Settings(path: image, memory: "4m"))).Client);
        await StoreRecords.ForEachAsync(Keys, 32, async i =>
        {
            var (etag, data) = await copy.ReadAsync($"k{i}");
            Assert.Equal($"{Rounds - 1}b", etag);
            Assert.Equal(StoreRecords.Data(i, Rounds - 1, Length), data);
        });
    }

    private static Task OverwriteAsync(StoreRecords records, int round, bool again = false) => StoreRecords.ForEachAsync(Keys, 32, i =>
    {
        var old = (round, again) switch { (0, false) => string.Empty, (_, false) => $"{round - 1}b", _ => $"{round}a" };
        return records.WriteAsync($"k{i}", old, again ? $"{round}b" : $"{round}a", StoreRecords.Data(i, round, Length));
    });

    private static long SizeOf(string folder)
        => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Name != "socket").Sum(file => file.Length);
}
