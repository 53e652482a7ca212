using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Clustering.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>What each operation costs the API server, which is everybody's.</summary>
public sealed class OperationBudgetTests
{
    [Fact]
    public async Task Reading_IsTwoGets_AndACommitUponIt_OneWrite()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        ground.Server.ForgetLog();

        var read = await table.AllAsync();
        var (entry, etag) = read.Row(Address(1));
        entry.Status = SiloStatus.Active;
        Assert.True(await table.UpdateAsync(entry, etag, read.Version.Next()));

        Assert.Equal([("get", Table), ("get", Alive), ("update", Table)], ground.Server.Log.Select(request => (request.Verb, request.Name)));
        Assert.All(ground.Server.Log.Where(request => request.Verb != "get"), request => Assert.Equal("orleans-membership", request.Manager));
    }

    [Fact]
    public async Task RefusingAStaleWrite_CostsAReadAtMost()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var stale = await table.AllAsync();
        await ground.Handle().JoinAsync(Address(1));
        ground.Server.ForgetLog();

        Assert.False(await table.InsertAsync(Entry(Address(2)), stale.Version.Next()));

        // What was remembered is tried at once; the server refuses it, and one look tells that somebody committed.
        Assert.Equal([("update", Table), ("get", Table)], ground.Server.Log.Select(request => (request.Verb, request.Name)));
    }

    [Fact]
    public async Task AThousandDeadRows_AreRead_AndLeaveInOneWriteOfEachObject()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(2000));
        ground.Merge(Table, Data(number => (RowKey.Of(Address(number)), Dead(number))));
        ground.Merge(Alive, Data(number => (RowKey.Bare(Address(number)), "2026-11-22T12:00:00.0000000Z")));
        Assert.Equal(1001, (await table.AllAsync()).Members.Count);
        ground.Server.ForgetLog();

        await table.CleanAsync(Noon.AddHours(1));

        Assert.Equal([("get", Table), ("get", Alive), ("update", Table), ("patch", Alive)], ground.Server.Log.Select(request => (request.Verb, request.Name)));
        Assert.Equal(Address(2000), Assert.Single((await table.AllAsync()).Members).Item1.SiloAddress);
        Assert.Null(ground.Get(Alive)["data"]);
    }

    private static JsonObject Data(Func<int, (string Key, string Value)> of)
    {
        var data = new JsonObject();
        foreach (var (key, value) in Enumerable.Range(0, 1000).Select(of))
        {
            data[key] = value;
        }

        return new JsonObject { ["data"] = data };
    }

    private static string Dead(int number) =>
        JsonSerializer.Serialize(SiloRow.Of(Entry(Address(number), SiloStatus.Dead), 1), RowJson.Default.SiloRow);
}
