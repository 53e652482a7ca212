using Xunit;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>What Orleans does with a table, in one line each: read, decide, write upon what was read.</summary>
internal static class TableCalls
{
    public static async Task<MembershipEntry> JoinAsync(this IMembershipTable table, SiloAddress silo, SiloStatus status = SiloStatus.Joining)
    {
        var entry = MembershipFixture.Entry(silo, status);
        while (true)
        {
            var read = await table.ReadAllAsync(TestContext.Current.CancellationToken);
            if (await table.InsertRowAsync(entry, read.Version.Next(), TestContext.Current.CancellationToken))
            {
                return entry;
            }
        }
    }

    public static async Task ChangeAsync(this IMembershipTable table, SiloAddress silo, Action<MembershipEntry> change)
    {
        while (true)
        {
            var read = await table.ReadAllAsync(TestContext.Current.CancellationToken);
            var (entry, etag) = read.Row(silo);
            change(entry);
            if (await table.UpdateRowAsync(entry, etag, read.Version.Next(), TestContext.Current.CancellationToken))
            {
                return;
            }
        }
    }

    public static Task BeatAsync(this IMembershipTable table, SiloAddress silo, DateTime time) =>
        table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = silo, IAmAliveTime = time }, TestContext.Current.CancellationToken);

    public static Task<MembershipTableData> AllAsync(this IMembershipTable table) => table.ReadAllAsync(TestContext.Current.CancellationToken);

    public static Task<MembershipTableData> RowAsync(this IMembershipTable table, SiloAddress silo) =>
        table.ReadRowAsync(silo, TestContext.Current.CancellationToken);

    public static Task<bool> InsertAsync(this IMembershipTable table, MembershipEntry entry, TableVersion version) =>
        table.InsertRowAsync(entry, version, TestContext.Current.CancellationToken);

    public static Task<bool> UpdateAsync(this IMembershipTable table, MembershipEntry entry, string etag, TableVersion version) =>
        table.UpdateRowAsync(entry, etag, version, TestContext.Current.CancellationToken);

    public static Task CleanAsync(this IMembershipTable table, DateTime before) =>
        table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(before, TimeSpan.Zero), TestContext.Current.CancellationToken);

    /// <summary>One silo's row and its etag; the silo must be in the table.</summary>
    public static (MembershipEntry Entry, string Etag) Row(this MembershipTableData table, SiloAddress silo)
    {
        var row = Assert.Single(table.Members, row => row.Item1.SiloAddress.Equals(silo));
        return (row.Item1, row.Item2);
    }

    /// <summary>All of a table that a commit changes, for comparing: not the heartbeats.</summary>
    public static string Canonical(this MembershipTableData table) => string.Join(
        '\n', table.Members.Select(row => $"{Without(row.Item1)} {row.Item2}").Order().Prepend($"{table.Version.Version} {table.Version.VersionEtag}"));

    private static string Without(MembershipEntry entry)
    {
        var votes = string.Join(',', (entry.SuspectTimes ?? []).Select(vote => $"{vote.Item1.ToParsableString()}@{vote.Item2.Ticks}"));
        return $"{entry.SiloAddress.ToParsableString()} {entry.Status} {entry.SiloName} {entry.HostName} {entry.RoleName} {entry.ProxyPort} "
            + $"{entry.UpdateZone} {entry.FaultZone} {entry.StartTime.Ticks} [{votes}]";
    }
}
