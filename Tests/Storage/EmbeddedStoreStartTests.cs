using System.Runtime.Versioning;
using OrleansSie.Silo.Storage;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>When the embedded store refuses to start, and what it says then.</summary>
public sealed class EmbeddedStoreStartTests : StoreFixture
{
    [Fact]
    public async Task Start_OnAFolderInUse_IsRefusedWithTheKeyAndTheFolder()
    {
        await StartAsync();

        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync());

        Assert.Contains("storage.path", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAPathThatIsBelowAFile_IsRefusedWithTheKey()
    {
        var file = Path.Combine(Folder, "file");
        await File.WriteAllTextAsync(file, "in the way", Cancel);

        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync(Path.Combine(file, "data")));

        Assert.Contains("storage.path", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAFileThatIsNoStore_IsRefusedWithTheKeyAndLeavesItAsItIs()
    {
        var file = Path.Combine(Folder, "state.db");
        var text = new string('x', 5_000);
        await File.WriteAllTextAsync(file, text, Cancel);

        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync());

        Assert.Contains("storage.path", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact]
    public async Task Start_OnAStoreOfANewerVersion_IsRefusedWithTheKey()
    {
        await StopAsync(await StartAsync());
        await using (var database = StoreDatabase.OpenReader(Path.Combine(Folder, "state.db"), 1 << 20))
        {
            StoreDatabase.Execute(database, "PRAGMA user_version = 4");
        }

        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync());

        Assert.Contains("newer version (format 4, this one reads 3)", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("64q")]
    [InlineData("-1m")]
    [InlineData("1k")]
    [InlineData("99999999999g")]
    public async Task Start_WithAMemorySettingThatIsNone_IsRefusedWithTheKey(string memory)
    {
        var refusal = await Assert.ThrowsAsync<StoreStartException>(() => StartAsync(memory: memory));

        Assert.Contains("storage.memory", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterARefusal_SucceedsOnceTheFaultIsGone()
    {
        var file = Path.Combine(Folder, "state.db");
        await File.WriteAllTextAsync(file, new string('x', 5_000), Cancel);
        await Assert.ThrowsAsync<StoreStartException>(() => StartAsync());
        File.Delete(file);

        await StoreRecords.PutAsync(await StartAsync(), 1, 1);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_OnANewFolder_KeepsItForItsOwner()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        var path = Path.Combine(Folder, "new");

        await StartAsync(path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }
}
