using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Orleans.Clustering.Kubernetes;
using OrleansSie.Testing.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes.Faults;

/// <summary>What a start meets: nothing there, somebody else's things there, no rights, no server.</summary>
public sealed class StartFaultTests
{
    [Fact]
    public async Task TwentyFirstStartsAtOnce_MakeOneTable()
    {
        await using var ground = await MembershipFixture.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StartAsync(ground.Handle())));

        Assert.Equal("0", ground.Stored("version"));
        Assert.Equal(0, (await ground.Handle().AllAsync()).Version.Version);
    }

    [Fact]
    public async Task EmptyObjectsThatWereMadeBefore_AreVersionZero_AndNeedNoRightToCreate()
    {
        await using var ground = await MembershipFixture.StartAsync();
        Make(ground, Table, null);
        Make(ground, Alive, null);
        ground.Server.Allows = request => request.Verb is "get" or "update" or "patch";
        IMembershipTable table = ground.Handle();

        await StartAsync(table);
        await table.JoinAsync(Address(1));
        await table.BeatAsync(Address(1), Noon.AddHours(1));

        Assert.Equal("1", ground.Stored("schema"));
        Assert.Equal(1, (await table.AllAsync()).Version.Version);
        Assert.Equal([("get", Table), ("get", Alive), ("patch", Alive), ("update", Table)], ground.Server.UsedRights().Order());
    }

    [Fact]
    public async Task APreflight_LeavesNoTrace()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var (before, alive) = (ground.Revision(), ground.Revision(Alive));
        ground.Server.ForgetLog();

        await StartAsync(ground.Handle());

        Assert.Equal((before, alive), (ground.Revision(), ground.Revision(Alive)));
        Assert.All(ground.Server.Log.Where(request => request.Verb == "update"), request => Assert.True(request.DryRun));
    }

    [Theory]
    [InlineData("get", Table)]
    [InlineData("update", Table)]
    [InlineData("get", Alive)]
    [InlineData("patch", Alive)]
    [InlineData("create", "")]
    public async Task AMissingRight_EndsTheStartWithTheVerbTheAccountAndTheRole(string verb, string name)
    {
        await using var ground = await MembershipFixture.StartAsync();
        ground.Server.Allows = request => request.Verb != verb || request.Name != name;

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => StartAsync(ground.Handle()));

        Assert.Equal(MembershipFailure.Denied, failure.Failure);
        Assert.Contains($"User \"{FakeApiServer.User}\" cannot {verb} resource \"configmaps\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("resourceNames: [\"members\"]\n  verbs: [\"get\", \"update\"]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("resourceNames: [\"members-alive\"]\n  verbs: [\"get\", \"patch\"]", failure.Message, StringComparison.Ordinal);
        Assert.InRange(ground.Server.Log.Count, 1, 8);
    }

    [Fact]
    public async Task ATokenThatIsNotAccepted_EndsTheStart_AndIsNotShown()
    {
        await using var ground = await MembershipFixture.StartAsync();
        ground.Server.AcceptedToken = "another";

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => StartAsync(ground.Handle()));

        Assert.Equal(MembershipFailure.Denied, failure.Failure);
        Assert.Contains("token is not accepted", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeApiServer.Token, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANamespaceThatIsNotThere_EndsTheStartWithItsName()
    {
        await using var ground = await MembershipFixture.StartAsync();
        var api = new TableIdentity("nowhere", Table, "shop", "prod");
        using var calls = new ConfigMapApi(
            KubernetesConnection.Connect(ground.Configuration(), TimeSpan.FromSeconds(5)),
            api,
            TimeSpan.FromSeconds(5),
            TimeProvider.System);
        var table = new KubernetesMembershipTable(
            calls, ground.Reader(calls), new(), new(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => StartAsync(table));

        Assert.Equal(MembershipFailure.Missing, failure.Failure);
        Assert.Contains("Namespace 'nowhere' of the membership table does not exist", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"colour":"blue"}""", "holds data that is no membership table")]
    [InlineData("""{"schema":"2","version":"7"}""", "has schema '2'")]
    [InlineData("""{"schema":"1","serviceId":"shop","clusterId":"other","version":"7"}""", "belongs to service 'shop', cluster 'other'")]
    [InlineData("""{"schema":"1","serviceId":"shop","clusterId":"prod","version":"seven"}""", "has the version 'seven', which is no number")]
    [InlineData("""{"schema":"1","serviceId":"shop","clusterId":"prod","version":"-1"}""", "has the version '-1', which is no number")]
    public async Task AnObjectThatIsNotThisClustersTable_IsRefusedUntouched(string data, string sentence)
    {
        await using var ground = await MembershipFixture.StartAsync();
        Make(ground, Table, data);
        var before = ground.Revision();

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => StartAsync(ground.Handle()));

        Assert.Equal(MembershipFailure.Invalid, failure.Failure);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, ground.Revision());
    }

    [Theory]
    [InlineData(Table)]
    [InlineData(Alive)]
    public async Task AnImmutableObject_IsRefused(string name)
    {
        await using var ground = await MembershipFixture.StartAsync();
        Make(ground, Table, null);
        Make(ground, Alive, null);
        ground.Merge(name, new JsonObject { ["immutable"] = true });

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(() => StartAsync(ground.Handle()));

        Assert.Contains("is immutable", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatIsAwayAtTheStart_IsWaitedFor()
    {
        await using var ground = await MembershipFixture.StartAsync();
        await ground.Server.StopAsync();
        var waiting = new TaskCompletionSource();
        var start = StartAsync(ground.Handle(
            options: new KubernetesClusteringOptions { InitTimeout = TimeSpan.FromMinutes(1) }, logger: new FirstWarning(waiting)));
        await waiting.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(start.IsCompleted);

        await ground.Server.ListenAsync();

        await start;
        Assert.Equal("0", ground.Stored("version"));
    }

    [Fact]
    public async Task AServerThatStaysAway_EndsTheStartInTime()
    {
        await using var ground = await MembershipFixture.StartAsync();
        await ground.Server.StopAsync();

        var failure = await Assert.ThrowsAsync<KubernetesMembershipException>(
            () => StartAsync(ground.Handle(options: new KubernetesClusteringOptions { InitTimeout = TimeSpan.FromSeconds(1) })));

        Assert.True(failure.IsTransient);
        Assert.Contains($"The API server at {ground.Server.Url} could not be reached", failure.Message, StringComparison.Ordinal);
    }

    private static Task StartAsync(IMembershipTable table) => table.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);

    private static void Make(MembershipFixture ground, string name, string? data)
    {
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } };
        if (data is not null)
        {
            body["data"] = JsonNode.Parse(data);
        }

        ground.Create(body);
    }
}

/// <summary>Tells when the first warning is logged.</summary>
internal sealed class FirstWarning(TaskCompletionSource seen) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning)
        {
            seen.TrySetResult();
        }
    }
}
