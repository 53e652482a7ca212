using System.Net;
using Orleans.Clustering.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>What is stored comes back as it was, whatever it is.</summary>
public sealed class RowTests
{
    [Theory]
    [InlineData("10.0.0.1", 11111, 5)]
    [InlineData("fd00::7", 11111, 1)]
    [InlineData("::ffff:10.0.0.1", 11111, 5)]
    [InlineData("fe80::1", 65535, int.MaxValue)]
    public async Task AnAddress_RoundTrips(string ip, int port, int generation)
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var silo = SiloAddress.New(IPAddress.Parse(ip), port, generation);
        await table.JoinAsync(silo);
        await table.BeatAsync(silo, Noon.AddHours(1));

        var read = Assert.Single((await ground.Handle().AllAsync()).Members).Item1;

        Assert.Equal(silo, read.SiloAddress);
        Assert.Equal(Noon.AddHours(1), read.IAmAliveTime);
    }

    [Fact]
    public void Addresses_NeverShareAKey()
    {
        SiloAddress[] silos =
        [
            SiloAddress.New(IPAddress.Parse("10.0.0.1"), 1, 11), SiloAddress.New(IPAddress.Parse("10.0.0.1"), 11, 1),
            SiloAddress.New(IPAddress.Parse("10.0.0.1"), 1, -11), SiloAddress.New(IPAddress.Parse("fd00::1"), 1, 11),
            SiloAddress.New(IPAddress.Parse("10.0.0.11"), 1, 1), SiloAddress.New(IPAddress.Parse("::10.0.0.1"), 1, 11),
        ];

        Assert.Equal(silos.Length, silos.Select(RowKey.Of).Distinct().Count());
        Assert.All(silos.Select(RowKey.Of), key => Assert.Matches("^[-._a-zA-Z0-9]+$", key));
    }

    [Fact]
    public async Task AnEntryWithNothingOptional_RoundTrips()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var entry = new MembershipEntry
        {
            SiloAddress = Address(1),
            Status = SiloStatus.Created,
            StartTime = new DateTime(2026, 11, 22, 12, 0, 0, DateTimeKind.Unspecified).AddTicks(1234567),
            IAmAliveTime = Noon.ToLocalTime(),
        };

        Assert.True(await table.InsertAsync(entry, (await table.AllAsync()).Version.Next()));

        var read = Assert.Single((await table.AllAsync()).Members).Item1;
        Assert.Null(read.SuspectTimes);
        Assert.Null(read.SiloName);
        Assert.Equal(Noon.AddTicks(1234567), read.StartTime);
        Assert.Equal(Noon, read.IAmAliveTime);
        Assert.Equal(DateTimeKind.Utc, read.IAmAliveTime.Kind);
    }

    [Fact]
    public async Task AnEmptyListOfVotes_StaysAnEmptyList()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var entry = Entry(Address(1));
        entry.SuspectTimes = [];

        Assert.True(await table.InsertAsync(entry, (await table.AllAsync()).Version.Next()));

        var read = Assert.Single((await table.AllAsync()).Members).Item1;
        Assert.Equal([], read.SuspectTimes);
        Assert.Equal(entry.ToFullString(), read.ToFullString());
    }

    [Fact]
    public async Task AColumnOfALaterVersion_IsPassedOver_AndWrittenBack()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var json = ground.Stored("silo.10.0.0.2-11111-1")!;
        ground.Merge(
            Table,
            new() { ["data"] = new System.Text.Json.Nodes.JsonObject { ["silo.10.0.0.2-11111-1"] = json.Replace("{", """{"mood":"good",""", StringComparison.Ordinal) } });

        Assert.Equal(Entry(Address(1)).ToFullString(), Assert.Single((await table.AllAsync()).Members).Item1.ToFullString());

        await table.ChangeAsync(Address(1), entry => entry.Status = SiloStatus.Active);
        Assert.Contains("\"mood\":\"good\"", ground.Stored("silo.10.0.0.2-11111-1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop", "prod", "orleans-shop-prod-2c1b2bb4")]
    [InlineData("Shop_1", "PROD/eu", null)]
    [InlineData("ünïcode", "生产", null)]
    public void ADefaultName_IsLegal(string service, string cluster, string? expected)
    {
        var name = TableIdentity.DefaultName(service, cluster);

        Assert.True(KubernetesNames.IsSubdomain(name, TableIdentity.AliveSuffix.Length), name);
        Assert.StartsWith(expected?[..^8] ?? "orleans-", name, StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultNames_OfLikeIds_Differ()
    {
        (string, string)[] ids = [("shop", "prod"), ("shop", "prod-x"), ("shop", "PROD"), ("shop-prod", "x"), ("shop", "prod\nx"), (new string('a', 300), "x"), (new string('a', 301), "x")];

        Assert.Equal(ids.Length, ids.Select(id => TableIdentity.DefaultName(id.Item1, id.Item2)).Distinct().Count());
    }
}
