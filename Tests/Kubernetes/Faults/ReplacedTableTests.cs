using System.Text.Json.Nodes;
using Orleans.Clustering.Kubernetes;
using OrleansSie.Testing.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes.Faults;

/// <summary>A table that is not the one the silo joined: Orleans would never notice, so the host is stopped.</summary>
public sealed class ReplacedTableTests
{
    [Fact]
    public async Task ATableDeletedWhileSilosRun_IsAnErrorAndIsNotMadeAgain()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var read = await table.AllAsync();
        ground.Delete(Table);

        var reading = await Assert.ThrowsAsync<KubernetesMembershipException>(table.AllAsync);
        var writing = await Assert.ThrowsAsync<KubernetesMembershipException>(() => table.InsertAsync(Entry(Address(2)), read.Version.Next()));

        Assert.Equal((MembershipFailure.Missing, MembershipFailure.Missing), (reading.Failure, writing.Failure));
        Assert.Contains("was deleted while this silo runs", reading.Message, StringComparison.Ordinal);
        Assert.Null(ground.Find(Table));
        Assert.Equal(0, ground.Stops);
    }

    [Fact]
    public async Task ATableMadeAgain_StopsTheHostOnce()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        ground.Delete(Table);
        await ground.Handle().InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);

        var first = await Assert.ThrowsAsync<KubernetesMembershipException>(table.AllAsync);
        var second = await Assert.ThrowsAsync<KubernetesMembershipException>(table.AllAsync);

        Assert.Equal((MembershipFailure.Replaced, MembershipFailure.Replaced), (first.Failure, second.Failure));
        Assert.Equal(1, ground.Stops);
    }

    [Fact]
    public async Task ATableWhoseDataWasWiped_StopsTheHost()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        ground.Merge(Table, new JsonObject { ["data"] = null });

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(table.AllAsync);

        Assert.Contains("went back from version 1 to 0", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, ground.Stops);
    }

    [Fact]
    public async Task AnEtagOfTheDeletedTable_DoesNotFitTheNewOne()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var old = await table.AllAsync();
        ground.Delete(Table);
        IMembershipTable newcomer = ground.Handle();
        await newcomer.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);

        Assert.False(await newcomer.InsertAsync(Entry(Address(1)), old.Version.Next()));
        await Assert.ThrowsAsync<KubernetesMembershipException>(() => table.InsertAsync(Entry(Address(1)), old.Version.Next()));
        Assert.Empty((await newcomer.AllAsync()).Members);
    }

    [Fact]
    public async Task ATableEmptiedAndFilledBeyondWhatWasKnown_EndsTheSilo_AndTakesNoWriteUponTheOldOne()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var read = await table.AllAsync();

        ground.Merge(Table, new JsonObject { ["data"] = null });
        IMembershipTable others = ground.Handle();
        await others.JoinAsync(Address(2));
        Assert.Equal(read.Version.Version, (await others.AllAsync()).Version.Version);

        Assert.False(await ground.Handle().InsertAsync(Entry(Address(3)), read.Version.Next()));
        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => table.AllAsync());
        Assert.Equal((MembershipFailure.Replaced, 1), (failure.Failure, ground.Stops));
        Assert.Contains("was emptied and filled anew", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReadThatComesBackLate_IsNoReasonToStop()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var reader = ground.Reader(ground.Api());
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        var (late, asked) = (new TaskCompletionSource(), new TaskCompletionSource());
        ground.Server.FailNext("get", new FakeFault
        {
            BeforeAnswer = () =>
            {
                asked.SetResult();
                return late.Task;
            },
        });
        var first = reader.ReadAsync(TestContext.Current.CancellationToken);
        await asked.Task;

        // While the first read's answer is under way, another one begins and ends with a newer version.
        await table.JoinAsync(Address(1));
        var second = await reader.ReadAsync(TestContext.Current.CancellationToken);
        late.SetResult();

        Assert.Equal((0, 1), ((await first).Version, second.Version));
        Assert.Equal(0, ground.Stops);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"address":"10.0.0.2:11111@1"}""")]
    [InlineData("""{"address":"10.0.0.3:11111@1","status":"Active","startTime":"2026-11-22T12:00:00Z","iAmAliveTime":"2026-11-22T12:00:00Z","rowVersion":1}""")]
    [InlineData("""{"address":"10.0.0.2:11111@1","status":"Asleep","startTime":"2026-11-22T12:00:00Z","iAmAliveTime":"2026-11-22T12:00:00Z","rowVersion":1}""")]
    public async Task ARowThatCannotBeRead_FailsTheReadAndNamesItsKey(string json)
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        ground.Merge(Table, new JsonObject { ["data"] = new JsonObject { ["silo.10.0.0.2-11111-1"] = json } });

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(table.AllAsync);

        Assert.Equal(MembershipFailure.Invalid, failure.Failure);
        Assert.Contains($"Key 'silo.10.0.0.2-11111-1' of ConfigMap {ground.Namespace}/members", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RightsTakenAwayWhileRunning_FailLoudly_AndAllGoesOnWhenTheyAreBack()
    {
        await using var ground = await StartAsync();
        var status = new KubernetesMembershipStatus();
        IMembershipTable table = ground.Handle(status: status);
        await table.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);
        await table.JoinAsync(Address(1));
        ground.Server.Allows = request => request.Verb != "patch";

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => table.BeatAsync(Address(1), Noon.AddHours(1)));
        await table.AllAsync();

        Assert.Equal(MembershipFailure.Denied, failure.Failure);
        Assert.Same(failure, status.Failure);
        ground.Server.Allows = _ => true;
        await table.BeatAsync(Address(1), Noon.AddHours(1));
        Assert.Null(status.Failure);
    }

    [Fact]
    public async Task ATokenRefusedForAWhile_IsAnErrorAndThenFine()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        ground.Server.AcceptedToken = "the next one";
        await Assert.ThrowsAsync<KubernetesMembershipException>(table.AllAsync);

        ground.Server.AcceptedToken = FakeApiServer.Token;

        await table.JoinAsync(Address(1));
        Assert.Single((await table.AllAsync()).Members);
    }
}
