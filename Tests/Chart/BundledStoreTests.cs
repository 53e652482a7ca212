using System.Runtime.Versioning;
using System.Text;
using k8s.Models;
using OrleansSie.Testing;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Chart;

[UnsupportedOSPlatform("windows")]
public sealed class BundledStoreTests
{
    [SystemFact]
    public async Task Store_SyncsEveryWriteDropsNoneAndKeepsThemOverAKill()
    {
        using var folder = new TemporaryFolder();
        using var store = await BundledStore.StartAsync(folder.Path, await RenderedChart.OfAsync("default"));
        await using (var connection = await store.ConnectAsync(BundledStore.Password))
        {
            var server = connection.GetServers().Single();
            Assert.Equal("yes", await ConfigAsync(server, "appendonly"));
            Assert.Equal("always", await ConfigAsync(server, "appendfsync"));
            Assert.Equal("noeviction", await ConfigAsync(server, "maxmemory-policy"));
            Assert.Equal("402653184", await ConfigAsync(server, "maxmemory"));
            await connection.GetDatabase().StringSetAsync("counts", "7");
        }

        await store.KillAndStartAgainAsync();

        await using var again = await store.ConnectAsync(BundledStore.Password);
        Assert.Equal("7", await again.GetDatabase().StringGetAsync("counts"));
    }

    [SystemFact]
    public async Task Store_AsksForItsPassword_WhichIsOnNoCommandLine()
    {
        using var folder = new TemporaryFolder();
        using var store = await BundledStore.StartAsync(folder.Path, await RenderedChart.OfAsync("default"));

        await Assert.ThrowsAsync<RedisConnectionException>(() => store.ConnectAsync("wrong"));
        Assert.Contains("valkey-server", store.CommandLine, StringComparison.Ordinal);
        Assert.DoesNotContain(BundledStore.Password, store.CommandLine, StringComparison.Ordinal);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(folder.Path, "run/password.conf")));
    }

    [SystemFact]
    public async Task Password_IsMadeLongAndOfLettersAndDigits_AndOnlyWhereNoneIsGiven()
    {
        var chart = await RenderedChart.OfAsync("default");
        var password = Encoding.ASCII.GetString(Assert.Single(chart.All<V1Secret>()).Data["password"]);

        Assert.Matches("^[A-Za-z0-9]{40}$", password);
        Assert.Empty((await RenderedChart.OfAsync("gitops")).All<V1Secret>());
    }

    [Fact]
    public void Password_ThatIsThere_IsLookedUpBeforeOneIsMade()
    {
        var template = File.ReadAllText(Path.Combine(HelmPart.Chart, "templates/store-objects.yaml"));

        Assert.Contains("lookup \"v1\" \"Secret\" .Release.Namespace $name", template, StringComparison.Ordinal);
        Assert.Contains("dig \"data\" \"password\" (randAlphaNum 40 | b64enc) $old", template, StringComparison.Ordinal);
    }

    [SystemTheory]
    [InlineData("default", "10Gi", null, "Retain")]
    [InlineData("gitops", "10Gi", "standard-rwo", "Delete")]
    public async Task Volume_IsOfTheSizeAndClassAndLifeThatAreAskedFor(string set, string size, string? storageClass, string whenDeleted)
    {
        var store = (await RenderedChart.OfAsync(set)).Store!.Spec;
        var claim = Assert.Single(store.VolumeClaimTemplates).Spec;

        Assert.Equal((size, storageClass, whenDeleted, "Retain"), (claim.Resources.Requests["storage"].ToString(), claim.StorageClassName, store.PersistentVolumeClaimRetentionPolicy.WhenDeleted, store.PersistentVolumeClaimRetentionPolicy.WhenScaled));
        Assert.Equal(["ReadWriteOnce"], claim.AccessModes);
    }

    private static async Task<string> ConfigAsync(IServer server, string name) => (await server.ConfigGetAsync(name)).Single().Value;
}
