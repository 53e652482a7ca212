using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes.Contract;

/// <summary>What readers may rely on: G15 to G22.</summary>
public sealed class ReadContractTests
{
    [Fact]
    public async Task G15_ReadRow_AgreesWithReadAll()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        foreach (var number in Enumerable.Range(1, 4))
        {
            await table.JoinAsync(Address(number));
        }

        await table.BeatAsync(Address(2), Noon.AddMinutes(3));
        var all = await table.AllAsync();
        foreach (var number in Enumerable.Range(1, 4))
        {
            var row = await table.RowAsync(Address(number));
            Assert.Equal(all.Version, row.Version);
            Assert.Equal(all.Row(Address(number)).Item1.ToFullString(), Assert.Single(row.Members).Item1.ToFullString());
            Assert.Equal(all.Row(Address(number)).Item2, row.Members[0].Item2);
        }

        var none = await table.RowAsync(Address(99));
        Assert.Empty(none.Members);
        Assert.Equal(all.Version, none.Version);
    }

    [Fact]
    public async Task G16_ChangingAnEntryThatWasRead_ChangesNoOtherReading()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var first = (await table.AllAsync()).Row(Address(1)).Item1;
        first.Status = SiloStatus.Dead;
        first.AddSuspector(Address(2), Noon);

        var second = (await table.AllAsync()).Row(Address(1)).Item1;

        Assert.Equal(SiloStatus.Joining, second.Status);
        Assert.Null(second.SuspectTimes);
    }

    [Fact]
    public async Task G17_AnEarlierReading_DoesNotFollowLaterCommits()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var kept = await table.AllAsync();
        var text = kept.Canonical();

        await table.ChangeAsync(Address(1), entry => entry.Status = SiloStatus.Dead);
        await table.JoinAsync(Address(2));

        Assert.Equal(text, kept.Canonical());
    }

    [Fact]
    public async Task G18_ChangingAnEntryAfterItsInsert_ChangesNothingStored()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var entry = await table.JoinAsync(Address(1));
        entry.Status = SiloStatus.Dead;
        entry.HostName = "another";

        var stored = (await table.AllAsync()).Row(Address(1)).Item1;

        Assert.Equal((SiloStatus.Joining, "a-host"), (stored.Status, stored.HostName));
    }

    [Fact]
    public async Task G19_ChangingAnEntryAfterItsUpdate_ChangesNothingStored()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var read = await table.AllAsync();
        var (entry, etag) = read.Row(Address(1));
        entry.AddSuspector(Address(2), Noon);
        Assert.True(await table.UpdateAsync(entry, etag, read.Version.Next()));
        entry.SuspectTimes!.Clear();

        Assert.Single((await table.AllAsync()).Row(Address(1)).Item1.SuspectTimes!);
    }

    [Fact]
    public async Task G20_OfTwoWritesToDifferentRowsUponOneReading_ExactlyOneWins()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.JoinAsync(Address(2));
        for (var round = 0; round < 20; round++)
        {
            var read = await table.AllAsync();
            var results = await Task.WhenAll(Enumerable.Range(1, 2).Select(async number =>
            {
                var (entry, etag) = read.Row(Address(number));
                entry.UpdateZone = round;
                return (number, Won: await ground.Handle().UpdateAsync(entry, etag, read.Version.Next()));
            }));

            var winner = Assert.Single(results, result => result.Won).number;
            var after = await table.AllAsync();
            Assert.Equal(read.Version.Version + 1, after.Version.Version);
            Assert.Equal(round, after.Row(Address(winner)).Item1.UpdateZone);
            Assert.Equal(read.Row(Address(3 - winner)).Item2, after.Row(Address(3 - winner)).Item2);
        }
    }

    [Fact]
    public async Task G21_ReadAllWhileOthersCommit_ShowsOnlyCommittedViews()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await SeedAsync(table, 128);
        var (writing, views) = Watch(table, () => ground.Handle().AllAsync());

        // Each commit sets the update zone of one row to the version it makes: a view of version v shows no zone beyond v, and v itself.
        var seen = await views;
        await writing;
        Assert.NotEmpty(seen);
        Assert.All(seen, view => Assert.Equal(view.Version.Version, view.Members.Max(row => row.Item1.UpdateZone)));
        Assert.All(seen, view => Assert.Equal(128, view.Members.Count));
    }

    [Fact]
    public async Task G22_ReadRowWhileOthersCommit_ShowsOnlyCommittedRows()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await SeedAsync(table, 2);
        var (writing, views) = Watch(table, () => ground.Handle().RowAsync(Address(0)));

        var seen = await views;
        await writing;
        Assert.All(seen, view => Assert.InRange(view.Version.Version - Assert.Single(view.Members).Item1.UpdateZone, 0, 1));
    }

    private static async Task SeedAsync(IMembershipTable table, int rows)
    {
        for (var number = 0; number < rows; number++)
        {
            var read = await table.AllAsync();
            var entry = Entry(Address(number), SiloStatus.Active);
            entry.UpdateZone = read.Version.Version + 1;
            Assert.True(await table.InsertAsync(entry, read.Version.Next()));
        }
    }

    private static (Task Writing, Task<List<MembershipTableData>> Views) Watch(IMembershipTable table, Func<Task<MembershipTableData>> read)
    {
        var done = new CancellationTokenSource();
        return (WriteAsync(), ReadAsync());

        async Task WriteAsync()
        {
            for (var round = 0; round < 60; round++)
            {
                var now = await table.AllAsync();
                var (entry, etag) = now.Row(Address(round % 2));
                entry.UpdateZone = now.Version.Version + 1;
                Assert.True(await table.UpdateAsync(entry, etag, now.Version.Next()));
            }

            await done.CancelAsync();
        }

        async Task<List<MembershipTableData>> ReadAsync()
        {
            var views = new List<MembershipTableData>();
            while (!done.IsCancellationRequested)
            {
                views.Add(await read());
            }

            return views;
        }
    }
}
