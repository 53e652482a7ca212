using System.Text.Json.Nodes;
using Orleans.Clustering.Kubernetes;
using OrleansSie.Testing.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes.Faults;

/// <summary>Races and lost answers: what was written, was written once, and the caller is told the truth.</summary>
public sealed class CommitFaultTests
{
    private static readonly FakeFault _lostAnswer = new() { CutAfter = true };

    [Fact]
    public async Task TwentyInsertsUponOneVersion_ExactlyOneWins()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ground.Handle().InsertAsync(Entry(Address(1)), read.Version.Next())));

        Assert.Single(results, won => won);
        var after = await table.AllAsync();
        Assert.Equal(1, after.Version.Version);
        Assert.Single(after.Members);
    }

    [Fact]
    public async Task TwentySilosThatJoinAtOnce_AllGetIn_OneVersionEach()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => ground.Handle().JoinAsync(Address(number))));

        var after = await table.AllAsync();
        Assert.Equal(20, after.Version.Version);
        Assert.Equal(20, after.Members.Count);
    }

    [Fact]
    public async Task ALabelSetBetweenReadAndWrite_StaysAndTheCommitSucceeds()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();
        ground.Server.FailNext("update", new FakeFault { Before = Label });

        Assert.True(await table.InsertAsync(Entry(Address(1)), read.Version.Next()));

        Assert.Equal("yes", (string?)ground.Get(Table)["metadata"]!["labels"]!["watched"]);
        Assert.Equal("orleans-k8s-membership", (string?)ground.Get(Table)["metadata"]!["labels"]!["app.kubernetes.io/managed-by"]);
        Assert.Equal(1, (await table.AllAsync()).Version.Version);

        void Label() => ground.Merge(Table, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["watched"] = "yes" } } });
    }

    [Fact]
    public async Task AnInsertWhoseAnswerWasLost_IsTrueAndCountsOnce()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();
        ground.Server.FailNext("update", _lostAnswer);

        Assert.True(await table.InsertAsync(Entry(Address(1)), read.Version.Next()));

        var after = await table.AllAsync();
        Assert.Equal(1, after.Version.Version);
        Assert.Single(after.Members);
    }

    [Fact]
    public async Task AnUpdateWhoseAnswerWasLostTwice_IsTrueAndCountsOnce()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        var read = await table.AllAsync();
        var (entry, etag) = read.Row(Address(1));
        entry.Status = SiloStatus.Active;
        ground.Server.FailNext("update", new FakeFault { CutBefore = true });
        ground.Server.FailNext("update", _lostAnswer);

        Assert.True(await table.UpdateAsync(entry, etag, read.Version.Next()));

        Assert.Equal(2, (await table.AllAsync()).Version.Version);
    }

    [Fact]
    public async Task ALostAnswerFollowedByAnothersCommit_IsFalse_AndNothingIsWrittenTwice()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();
        ground.Server.FailNext("update", _lostAnswer);
        ground.Server.FailNext(request => request is { Verb: "get", Name: Table }, new FakeFault { Before = OthersCommit });

        Assert.False(await table.InsertAsync(Entry(Address(1)), read.Version.Next()));

        // As after an exception, Orleans reads again and finds its row.
        var after = await table.AllAsync();
        Assert.Equal(2, after.Version.Version);
        Assert.Contains(after.Members, row => row.Item1.SiloAddress.Equals(Address(1)));

        void OthersCommit()
        {
            var map = ground.Get(Table);
            map["data"]!["version"] = "2";
            map["data"]!["lastWrite"] = """{"id":"another","by":"x","at":"2026-11-22T12:00:00.0000000Z","op":"update"}""";
            ground.Replace(Table, map);
        }
    }

    [Theory]
    [InlineData(429, 1)]
    [InlineData(500, null)]
    [InlineData(503, null)]
    [InlineData(504, null)]
    public async Task ABurstOfRefusals_IsRiddenOut(int status, int? retryAfter)
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();
        var refusal = new FakeFault { Status = status, RetryAfter = retryAfter };
        ground.Server.FailNext("update", refusal);
        ground.Server.FailNext("patch", refusal);
        ground.Server.FailNext("patch", refusal);

        Assert.True(await table.InsertAsync(Entry(Address(1)), read.Version.Next()));
        await table.BeatAsync(Address(1), Noon.AddHours(1));

        Assert.Equal(Noon.AddHours(1), (await table.AllAsync()).Row(Address(1)).Entry.IAmAliveTime);
    }

    [Fact]
    public async Task RefusalsWithoutEnd_EndWithAnException_NotWithFalse()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();
        ground.Server.Outage = new FakeFault { Status = 503 };

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => table.InsertAsync(Entry(Address(1)), read.Version.Next()));

        Assert.True(failure.IsTransient);
        ground.Server.Outage = null;
        Assert.Empty((await table.AllAsync()).Members);
    }

    [Fact]
    public async Task AServerThatNeverAnswers_IsGivenUpAfterTheTimeout()
    {
        await using var ground = await StartAsync();
        var status = new KubernetesMembershipStatus();
        var options = new KubernetesClusteringOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) };
        IMembershipTable table = ground.Handle(options: options, status: status);
        await table.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);
        ground.Server.Outage = new FakeFault { Hang = true };

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(table.AllAsync);

        Assert.Equal(MembershipFailure.Unavailable, failure.Failure);
        Assert.Contains("did not answer within 0.3 s when asked to get ConfigMap shop/members", failure.Message, StringComparison.Ordinal);
        Assert.Same(failure, status.Failure);
        ground.Server.Outage = null;
        await table.AllAsync();
        Assert.Null(status.Failure);
        Assert.Equal(1, status.Failures);
    }

    [Fact]
    public async Task ACallersCancellation_EndsTheCall_BeforeAndDuringIt()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.ReadAllAsync(cancelled.Token));

        ground.Server.Outage = new FakeFault { Hang = true };
        using var cancelling = new CancellationTokenSource();
        var call = table.ReadAllAsync(cancelling.Token);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task CleaningWhileACommitComesBetween_LosesNeither()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.ChangeAsync(Address(1), entry => entry.Status = SiloStatus.Dead);
        var other = ground.Handle();
        var read = await other.AllAsync();
        ground.Server.FailNext("update", new FakeFault { Before = () => Merge(read.Version.Version + 1) });

        await table.CleanAsync(Noon.AddHours(1));

        var after = await table.AllAsync();
        Assert.Empty(after.Members);
        Assert.Equal(read.Version.Version + 1, after.Version.Version);

        void Merge(int version) => ground.Merge(Table, new JsonObject { ["data"] = new JsonObject { ["version"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture) } });
    }
}
