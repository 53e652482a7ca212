using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes.Contract;

/// <summary>What a commit does and what it refuses: G01 to G05, G09 to G14.</summary>
public sealed class CommitContractTests
{
    [Fact]
    public async Task G01_AnInsert_MovesTheVersionByOneAndChangesItsEtag()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var empty = await table.AllAsync();

        Assert.True(await table.InsertAsync(Entry(Address(1)), empty.Version.Next()));

        var read = await table.AllAsync();
        Assert.Equal(0, empty.Version.Version);
        Assert.NotNull(empty.Version.VersionEtag);
        Assert.Empty(empty.Members);
        Assert.Equal(1, read.Version.Version);
        Assert.NotEqual(empty.Version.VersionEtag, read.Version.VersionEtag);
        Assert.Equal(Entry(Address(1)).ToFullString(), Assert.Single(read.Members).Item1.ToFullString());
    }

    [Fact]
    public async Task G02_AnUpdate_MovesTheVersionByOneAndReplacesTheRow()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var expected = Entry(Address(1));
        for (var round = 0; round < 9; round++)
        {
            var before = await table.AllAsync();
            expected.Status = SiloStatus.Active;
            expected.AddSuspector(Address(10 + round), Noon.AddSeconds(round));

            Assert.True(await table.UpdateAsync(expected, before.Row(Address(1)).Item2, before.Version.Next()));

            var after = await table.AllAsync();
            Assert.Equal(before.Version.Version + 1, after.Version.Version);
            Assert.NotEqual(before.Version.VersionEtag, after.Version.VersionEtag);
            Assert.NotEqual(before.Row(Address(1)).Item2, after.Row(Address(1)).Item2);
            Assert.Equal(expected.ToFullString(), after.Row(Address(1)).Item1.ToFullString());
        }
    }

    [Fact]
    public async Task G03_TwoReadsOfOneVersion_ShowTheSameRows()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.JoinAsync(Address(2));
        var first = await table.AllAsync();
        await table.BeatAsync(Address(1), Noon.AddHours(1));

        var second = await ground.Handle().AllAsync();

        Assert.Equal(first.Canonical(), second.Canonical());
    }

    [Fact]
    public async Task G04_AReaderWhoComesSeldom_SeesALaterVersionAndAllItsRows()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var rare = ground.Handle();
        Assert.Equal(0, (await rare.AllAsync()).Version.Version);
        foreach (var number in Enumerable.Range(1, 5))
        {
            await table.JoinAsync(Address(number));
        }

        var read = await rare.AllAsync();

        Assert.Equal(5, read.Version.Version);
        Assert.Equal(Enumerable.Range(1, 5).Select(n => Address(n)).Order(), read.Members.Select(row => row.Item1.SiloAddress).Order());
    }

    [Fact]
    public async Task G05_ADeadSiloThatWasCompacted_DoesNotComeBack_ItsSuccessorIsAnotherRow()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1, 7));
        var stale = await table.AllAsync();
        await table.ChangeAsync(Address(1, 7), entry => entry.Status = SiloStatus.Dead);
        await table.CleanAsync(Noon.AddDays(1));
        await table.JoinAsync(Address(1, 8));

        var (entry, etag) = stale.Row(Address(1, 7));
        entry.Status = SiloStatus.Active;
        var read = await table.AllAsync();

        Assert.False(await table.UpdateAsync(entry, etag, stale.Version.Next()));
        Assert.False(await table.UpdateAsync(entry, etag, read.Version.Next()));
        Assert.Equal(Address(1, 8), Assert.Single((await table.AllAsync()).Members).Item1.SiloAddress);
    }

    [Fact]
    public async Task G09_HandlesMadeApart_ShareOneTable()
    {
        var (ground, first) = await StartWithTableAsync();
        await using var _ = ground;
        var second = ground.Handle();
        await first.JoinAsync(Address(1));
        await second.JoinAsync(Address(2));
        await first.ChangeAsync(Address(2), entry => entry.Status = SiloStatus.Active);

        Assert.Equal((await first.AllAsync()).Canonical(), (await second.AllAsync()).Canonical());
        Assert.Equal(SiloStatus.Active, (await second.AllAsync()).Row(Address(2)).Item1.Status);
    }

    [Fact]
    public async Task G10_AnInsertUponAStaleVersion_IsRefusedWithoutEffect()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var stale = await table.AllAsync();
        await table.JoinAsync(Address(1));
        var before = ground.Revision();

        Assert.False(await table.InsertAsync(Entry(Address(2)), stale.Version.Next()));
        Assert.False(await ground.Handle().InsertAsync(Entry(Address(2)), stale.Version.Next()));

        Assert.Equal(before, ground.Revision());
    }

    [Fact]
    public async Task G11_AnUpdateUponAStaleVersion_IsRefused_EvenWithTheRowsOwnEtag()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var stale = await table.AllAsync();
        await table.JoinAsync(Address(2));
        var (entry, etag) = (await table.AllAsync()).Row(Address(1));
        var before = ground.Revision();

        Assert.False(await table.UpdateAsync(entry, etag, stale.Version.Next()));

        Assert.Equal(before, ground.Revision());
    }

    [Fact]
    public async Task G12_AnUpdateUponAStaleRow_IsRefused_EvenWithTheTablesOwnVersion()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var (entry, stale) = (await table.AllAsync()).Row(Address(1));
        await table.ChangeAsync(Address(1), each => each.Status = SiloStatus.Active);
        var before = ground.Revision();

        Assert.False(await table.UpdateAsync(entry, stale, (await table.AllAsync()).Version.Next()));

        Assert.Equal(before, ground.Revision());
    }

    [Fact]
    public async Task G13_ASecondInsertOfTheSameSilo_IsRefused()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var before = ground.Revision();

        Assert.False(await table.InsertAsync(Entry(Address(1), SiloStatus.Active), (await table.AllAsync()).Version.Next()));

        Assert.Equal(before, ground.Revision());
        Assert.Equal(SiloStatus.Joining, (await table.AllAsync()).Row(Address(1)).Item1.Status);
    }

    [Fact]
    public async Task G14_AnUpdateOfARowThatIsNotThere_IsRefused_AlsoAfterCompaction()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.ChangeAsync(Address(1), entry => entry.Status = SiloStatus.Dead);
        var (entry, etag) = (await table.AllAsync()).Row(Address(1));
        Assert.False(await table.UpdateAsync(Entry(Address(2)), etag, (await table.AllAsync()).Version.Next()));
        await table.CleanAsync(Noon.AddDays(1));
        var before = ground.Revision();

        Assert.False(await table.UpdateAsync(entry, etag, (await table.AllAsync()).Version.Next()));

        Assert.Equal(before, ground.Revision());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task AVersionThatDoesNotFollow_IsRefused(int ahead)
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();

        Assert.False(await table.InsertAsync(Entry(Address(1)), new TableVersion(read.Version.Version + ahead, read.Version.VersionEtag)));
        Assert.Empty((await table.AllAsync()).Members);
    }
}
