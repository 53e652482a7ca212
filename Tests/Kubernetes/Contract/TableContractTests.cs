using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes.Contract;

/// <summary>Whole tables: made once, kept apart, cleaned, deleted: G23 to G27.</summary>
public sealed class TableContractTests
{
    [Fact]
    public async Task G23_InitializingAgain_PreservesEverything()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.BeatAsync(Address(1), Noon.AddMinutes(1));
        var (before, revision) = (await table.AllAsync(), ground.Revision());

        await table.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);
        await ground.Handle().InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);

        Assert.Equal(before.Canonical(), (await table.AllAsync()).Canonical());
        Assert.Equal(Noon.AddMinutes(1), (await table.AllAsync()).Row(Address(1)).Item1.IAmAliveTime);
        Assert.Equal(revision, ground.Revision());
    }

    [Theory]
    [InlineData("ctk-a-x", "ctk-a-x-other")]
    [InlineData("prod", "PROD")]
    [InlineData("a_b", "a-b")]
    public async Task G24_ClustersOfLikeNames_DoNotSeeEachOther(string one, string other)
    {
        await using var ground = await StartAsync();
        var tables = new[] { one, other }.Select(id => ground.Handle(id, "shop", Orleans.Clustering.Kubernetes.TableIdentity.DefaultName("shop", id))).ToArray();
        foreach (var table in tables)
        {
            await table.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);
            await table.JoinAsync(Address(1));
        }

        await tables[0].ChangeAsync(Address(1), entry => entry.Status = SiloStatus.Dead);
        await tables[0].BeatAsync(Address(1), Noon.AddHours(2));

        var untouched = Assert.Single((await tables[1].AllAsync()).Members).Item1;
        Assert.Equal((SiloStatus.Joining, Noon.AddTicks(1)), (untouched.Status, untouched.IAmAliveTime));
    }

    [Fact]
    public async Task G25_Cleaning_TakesDeadRowsLastHeardOfBeforeTheCutoff_ByOneTick()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var cutoff = Noon.AddHours(1);
        var heard = new Dictionary<SiloAddress, DateTime>
        {
            [Address(1)] = cutoff,
            [Address(2)] = cutoff.AddTicks(-1),
        };
        foreach (var (silo, time) in heard)
        {
            await table.JoinAsync(silo);
            await table.ChangeAsync(silo, entry => (entry.Status, entry.IAmAliveTime) = (SiloStatus.Dead, time));
        }

        var before = await table.AllAsync();
        await Task.WhenAll(table.CleanAsync(cutoff), ground.Handle().CleanAsync(cutoff));

        var after = await table.AllAsync();
        Assert.Equal(Address(1), Assert.Single(after.Members).Item1.SiloAddress);
        Assert.Equal(before.Version, after.Version);
    }

    [Theory]
    [InlineData(SiloStatus.Joining)]
    [InlineData(SiloStatus.Active)]
    [InlineData(SiloStatus.ShuttingDown)]
    [InlineData(SiloStatus.Stopping)]
    public async Task Cleaning_NeverTakesARowThatIsNotDead(SiloStatus status)
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.ChangeAsync(Address(1), entry => entry.Status = status);
        var revision = ground.Revision();

        await table.CleanAsync(Noon.AddYears(1));

        Assert.Equal(revision, ground.Revision());
        Assert.Single((await table.AllAsync()).Members);
    }

    [Fact]
    public async Task Cleaning_KeepsADeadRowWithAVoteOrAHeartbeatSinceTheCutoff()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        foreach (var number in (int[])[1, 2, 3])
        {
            await table.JoinAsync(Address(number));
            await table.ChangeAsync(Address(number), entry => entry.Status = SiloStatus.Dead);
        }

        await table.ChangeAsync(Address(1), entry => entry.AddSuspector(Address(9), Noon.AddHours(2)));
        await table.BeatAsync(Address(2), Noon.AddHours(2));
        await table.CleanAsync(Noon.AddHours(1));

        Assert.Equal([Address(1), Address(2)], (await table.AllAsync()).Members.Select(row => row.Item1.SiloAddress).Order());
    }

    [Fact]
    public async Task Cleaning_TakesTheHeartbeatsOfRowsThatAreGone_AndNoOthers()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await table.JoinAsync(Address(1));
        await table.JoinAsync(Address(2));
        await table.ChangeAsync(Address(1), entry => entry.Status = SiloStatus.Dead);
        await table.BeatAsync(Address(1), Noon.AddMinutes(1));
        await table.BeatAsync(Address(2), Noon.AddMinutes(1));
        await table.BeatAsync(Address(3), now.AddHours(-25));
        await table.BeatAsync(Address(4), now.AddHours(-1));

        await table.CleanAsync(Noon.AddHours(1));

        Assert.Equal([null, "there", null, "there"], Enumerable.Range(1, 4).Select(n => Beat(n) is null ? null : "there"));

        string? Beat(int number) => ground.Stored($"10.0.0.{number + 1}-11111-1", Alive);
    }

    [Fact]
    public async Task G26_DeletingTheOwnCluster_LeavesNothing()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));

        await table.DeleteMembershipTableEntriesAsync("prod", TestContext.Current.CancellationToken);
        await table.DeleteMembershipTableEntriesAsync("prod", TestContext.Current.CancellationToken);

        Assert.Null(ground.Find(Table));
        Assert.Null(ground.Find(Alive));
    }

    [Fact]
    public async Task G27_DeletingAnotherCluster_IsRefusedAndTouchesNothing()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var before = (await table.AllAsync()).Canonical();

        var refusal = await Assert.ThrowsAsync<ArgumentException>(
            () => table.DeleteMembershipTableEntriesAsync("prod-x", TestContext.Current.CancellationToken));

        Assert.Equal("clusterId", refusal.ParamName);
        Assert.Equal(before, (await table.AllAsync()).Canonical());
    }
}
