using System.Text;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary><c>state show KEY</c>.</summary>
public sealed class StateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("cluster/p/l/c", "\"v\": 7")]
    [InlineData("cluster/p/l/c/segment-a-1", "\"n\": []")]
    [InlineData("cluster/p/l/text", "not JSON")]
    public async Task Record_OfAStoreInUse_IsShownReadable(string key, string shown)
    {
        await using var store = await FillAsync();
        var output = new StringWriter();

        Assert.Equal(0, await StateCommand.ShowAsync(key, Options(), output));

        Assert.Contains(shown, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_OfAStoreThatIsClosed_IsShown_AndNothingIsChanged()
    {
        await (await FillAsync()).DisposeAsync();
        var before = File.ReadAllBytes(Path.Combine(_folder.Path, "state.db"));

        Assert.Equal(0, await StateCommand.ShowAsync("cluster/p/l/c", Options(), TextWriter.Null));

        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_folder.Path, "state.db")));
    }

    [Fact]
    public async Task Record_ThatIsNotThere_HasAnExitCodeOfItsOwn()
    {
        await using var store = await FillAsync();
        var output = new StringWriter();

        Assert.Equal(StateCommand.NoRecord, await StateCommand.ShowAsync("cluster/p/l/absent", Options(), output));
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task Store_ThatIsNotThere_IsRefusedByItsKey()
    {
        var fault = await Assert.ThrowsAsync<StartUpException>(() => StateCommand.ShowAsync("cluster/p/l/c", Options(), TextWriter.Null));

        Assert.StartsWith("storage.path: there is no store", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_OfTheCommand_AreAKey()
    {
        Assert.Null(StateCommand.KeyIn([]));
        Assert.Null(StateCommand.KeyIn(["--help"]));
        Assert.Equal("cluster/p/l/c", StateCommand.KeyIn(["state", "show", "cluster/p/l/c"]));
        foreach (var args in (string[][])[["state"], ["state", "show"], ["state", "list", "x"], ["state", "show", "--all"], ["state", "show", "a", "b"]])
        {
            Assert.Throws<StartUpException>(() => StateCommand.KeyIn(args));
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task<EmbeddedStore> FillAsync()
    {
        var store = await EmbeddedStore.StartAsync(new EmbeddedStoreSettings { Path = _folder.Path }, TestContext.Current.CancellationToken);
        await WriteAsync(store, "p/l/c/cluster", "{\"s\":1,\"v\":7}");
        await WriteAsync(store, "p/l/c/segment-a-1", "{\"s\":1,\"n\":[]}");
        await WriteAsync(store, "p/l/text/cluster", "not JSON");
        return store;
    }

    private static async Task WriteAsync(EmbeddedStore store, string key, string text) => Assert.True(
        await store.WriteAsync($"orleans-sie/state/cluster/{key}", null, new StoreRecord(StoreRecord.NewEtag(), Encoding.UTF8.GetBytes(text))));

    private SieOptions Options() => ConfigurationLoader.Load(
        new Dictionary<string, string> { ["SIE__STORAGE__PATH"] = _folder.Path }, _ => throw new FileNotFoundException());
}
