using OrleansSie.Testing.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes.Contract;

/// <summary>Signs of life disturb nobody: G06 to G08.</summary>
public sealed class HeartbeatContractTests
{
    [Fact]
    public async Task WhatIsNoHeartbeat_IsNotCleanedAway()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        ground.Merge(Alive, new() { ["data"] = new System.Text.Json.Nodes.JsonObject { ["settings.yaml"] = "a: 1", ["10.0.0.9-11111-1"] = "2020-01-01T00:00:00.0000000Z" } });

        await table.CleanAsync(Noon);

        Assert.Equal(("a: 1", null), (ground.Stored("settings.yaml", Alive), ground.Stored("10.0.0.9-11111-1", Alive)));
    }

    [Fact]
    public async Task G06_AHeartbeat_ChangesNeitherOtherFieldsNorTheVersion()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.ChangeAsync(Address(1), entry => entry.AddSuspector(Address(2), Noon));
        var before = await table.AllAsync();
        var revision = ground.Revision();

        await table.BeatAsync(Address(1), Noon.AddMinutes(5).AddTicks(7));

        var after = await table.AllAsync();
        Assert.Equal(before.Canonical(), after.Canonical());
        Assert.Equal(Noon.AddMinutes(5).AddTicks(7), after.Row(Address(1)).Item1.IAmAliveTime);
        Assert.Equal(revision, ground.Revision());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task G07_WhatWasReadBeforeHeartbeats_StillCommitsAStatus(int beats)
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var read = await table.AllAsync();
        for (var beat = 1; beat <= beats; beat++)
        {
            await ground.Handle().BeatAsync(Address(1), Noon.AddSeconds(beat));
        }

        var (entry, etag) = read.Row(Address(1));
        entry.Status = SiloStatus.Active;

        Assert.True(await table.UpdateAsync(entry, etag, read.Version.Next()));
        Assert.Equal(SiloStatus.Active, (await table.AllAsync()).Row(Address(1)).Item1.Status);
    }

    [Fact]
    public async Task G08_WhatWasReadBeforeAHeartbeat_StillCommitsAVote()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1), SiloStatus.Active);
        var read = await ground.Handle().AllAsync();
        await table.BeatAsync(Address(1), Noon.AddMinutes(1));

        var (entry, etag) = read.Row(Address(1));
        entry.AddSuspector(Address(9), Noon.AddMinutes(2));

        Assert.True(await table.UpdateAsync(entry, etag, read.Version.Next()));
        Assert.Equal(Address(9), Assert.Single((await table.AllAsync()).Row(Address(1)).Item1.SuspectTimes!).Item1);
    }

    [Fact]
    public async Task AHeartbeat_IsOneBlindPatchOfTheSmallObject()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        ground.Server.ForgetLog();

        await table.BeatAsync(Address(1), Noon.AddMinutes(1));

        Assert.Equal(new FakeRequest("patch", "configmaps", FakeApiServer.Namespace, Alive, false) { Manager = "orleans-membership" }, Assert.Single(ground.Server.Log));
    }

    [Fact]
    public async Task AHeartbeatOlderThanTheRow_DoesNotMakeItOlder()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));

        await table.BeatAsync(Address(1), Noon.AddHours(-1));

        Assert.Equal(Noon.AddTicks(1), (await table.AllAsync()).Row(Address(1)).Item1.IAmAliveTime);
    }

    [Fact]
    public async Task AHeartbeatOfARowThatIsGone_ChangesNothing()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var before = await table.AllAsync();

        await table.BeatAsync(Address(2), Noon.AddHours(1));

        Assert.Equal(before.Canonical(), (await table.AllAsync()).Canonical());
        Assert.Empty((await table.RowAsync(Address(2))).Members);
    }

    [Fact]
    public async Task TheObjectOfTheHeartbeats_IsMadeAgainByTheNextOne()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        ground.Delete(Alive);
        Assert.Equal(Noon.AddTicks(1), (await table.AllAsync()).Row(Address(1)).Item1.IAmAliveTime);

        await table.BeatAsync(Address(1), Noon.AddMinutes(1));

        Assert.Equal(Noon.AddMinutes(1), (await table.AllAsync()).Row(Address(1)).Item1.IAmAliveTime);
    }
}
