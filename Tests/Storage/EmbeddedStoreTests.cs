using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>What the embedded store promises to the grains.</summary>
public sealed class EmbeddedStoreTests : StoreFixture
{
    [Fact]
    public async Task Store_StoppedAndStarted_KeepsState()
    {
        var store = await StartAsync(Settings());
        await (await ConnectAsync(store.Client)).WriteAsync("k", "", "1", [1, 2, 3]);
        await StopAsync(store);

        var again = await StartAsync(Settings());

        var (etag, data) = await (await ConnectAsync(again.Client)).ReadAsync("k");
        Assert.Equal("1", etag);
        Assert.Equal([1, 2, 3], data);
    }

    [Fact]
    public async Task Store_WithTenTimesItsMemoryInData_ReadsAllOfItBack()
    {
        const int Count = 5_000, Length = 8 * 1024 + 512;
        var records = await ConnectAsync((await StartAsync(Settings(memory: "4m"))).Client);

        await StoreRecords.ForEachAsync(Count, 64, i => records.WriteAsync($"k{i}", "", $"e{i}", StoreRecords.Data(i, 0, Length)));

        var missing = 0;
        await StoreRecords.ForEachAsync(Count, 64, async i =>
        {
            var (etag, data) = await records.ReadAsync($"k{i}");
            if (etag != $"e{i}" || data is null || !data.AsSpan().SequenceEqual(StoreRecords.Data(i, 0, Length)))
            {
                Interlocked.Increment(ref missing);
            }
        });
        Assert.Equal(0, missing);
    }

    [Fact]
    public async Task Store_CopiedWhileItIsWritten_HoldsEveryWriteAcknowledgedBefore()
    {
        var records = await ConnectAsync((await StartAsync(Settings(memory: "4m"))).Client);
        var acknowledged = 0;
        var enough = new TaskCompletionSource();
        var stop = false;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !Volatile.Read(ref stop); i++)
            {
                await records.WriteAsync($"k{i}", "", $"e{i}", StoreRecords.Data(i, 0, 700));
                Volatile.Write(ref acknowledged, i + 1);
                if (i == 1_500)
                {
                    enough.SetResult();
                }
            }
        }, Cancel);
        await enough.Task;
        var before = Volatile.Read(ref acknowledged);
        var image = CrashImage.Of(Folder);
        Volatile.Write(ref stop, true);
        await writing;

        var copy = await ConnectAsync((await StartAsync(Settings(path: image))).Client);

        Assert.Equal(0, await MissingAsync(copy, before, 700));
    }

    [Fact]
    public async Task Store_OnAFolderInUse_IsRefusedWithTheKeyAndTheFolder()
    {
        await StartAsync(Settings());

        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync(Settings()));

        Assert.Contains("storage.path", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_OnAPathThatIsAFile_IsRefusedWithTheKey()
    {
        var file = Path.Combine(Folder, "file");
        await File.WriteAllTextAsync(file, "in the way", Cancel);

        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync(Settings(path: Path.Combine(file, "data"))));

        Assert.Contains("storage.path", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("64q")]
    [InlineData("-1m")]
    [InlineData("1k")]
    [InlineData("99999999999g")]
    public async Task Store_WithAMemorySettingThatIsNone_IsRefusedWithTheKey(string memory)
    {
        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync(Settings(memory: memory)));

        Assert.Contains("storage.memory", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Store_OnANewFolder_KeepsItForItsOwner()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        var path = Path.Combine(Folder, "new");

        var store = await StartAsync(Settings(path: path));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.Client.EndPoints.Single().ToString()!));
    }

    [Fact]
    public async Task Store_OnAPathTooLongForASocket_Listens()
    {
        var path = Path.Combine(Folder, new string('a', 120));

        var records = await ConnectAsync((await StartAsync(Settings(path: path))).Client);

        await records.WriteAsync("k", "", "1", [1]);
        Assert.Equal("1", (await records.ReadAsync("k")).Etag);
    }

    [Fact]
    public async Task Store_WithoutThePassword_AnswersNothing()
    {
        var client = (await StartAsync(Settings())).Client.Clone();
        client.Password = null;
        client.AbortOnConnectFail = true;
        client.ConnectTimeout = client.SyncTimeout = client.AsyncTimeout = 1_000;

        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(client));
    }

    [Fact]
    public async Task Store_FromStartToStop_SaysNothingAboveDebugAndNeverItsPassword()
    {
        var store = await StartAsync(Settings());
        var password = store.Client.Password!;
        await (await ConnectAsync(store.Client)).WriteAsync("k", "", "1", [1]);
        await StopAsync(store);

        Assert.Equal(64, password.Length);
        Assert.DoesNotContain(Log.Messages, message => message.Level > LogLevel.Debug);
        Assert.DoesNotContain(Log.Messages, message => message.Text.Contains(password, StringComparison.Ordinal));
    }

    private static async Task<int> MissingAsync(StoreRecords records, int count, int length)
    {
        var missing = 0;
        await StoreRecords.ForEachAsync(count, 64, async i =>
        {
            var (etag, data) = await records.ReadAsync($"k{i}");
            if (etag != $"e{i}" || data is null || !data.AsSpan().SequenceEqual(StoreRecords.Data(i, 0, length)))
            {
                Interlocked.Increment(ref missing);
            }
        });
        return missing;
    }
}
