using System.Net;
using System.Text;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Compute;
using OrleansSie.Testing.Compute;
using OrleansSie.Tests.Grains;
using OrleansSie.Tests.Samples;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Compute;

/// <summary>What was lost while nobody pulled is counted from the Compute API, once, whatever happens meanwhile.</summary>
public sealed class GapRepairTests : IAsyncLifetime
{
    /// <summary>A preemption that can be read, and then no more.</summary>
    private const string BrokenPage = """
        {"items":{"zones/europe-west1-c":{"operations":[{"name":"systemevent-0003","operationType":"compute.instances.preempted",
        "status":"DONE","targetLink":"projects/p/zones/europe-west1-c/instances/gke-3","targetId":"3",
        "insertTime":"2026-03-02T03:30:00.116-08:00"},
        """;

    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(5);
    private FakeCompute _compute = null!;

    public async ValueTask InitializeAsync()
    {
        _compute = await FakeCompute.StartAsync();
        _compute.PageSize = 2;
    }

    public ValueTask DisposeAsync() => _compute.DisposeAsync();

    [Fact]
    public async Task Gap_WithPreemptionsOverPages_CountsThoseOfItsTime()
    {
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.CreateAsync(7);
        var operations = RepairWorld.Preemptions(7).ToList();
        operations[3] = operations[3] with { InsertTime = "2026-03-01T03:30:00.116-08:00" };
        operations[5] = operations[5] with { Status = "RUNNING" };
        operations[6] = operations[6] with { TargetId = 0 };
        operations.Add(new FakeOperation("europe-west1-c", "operation-1", "gke-1", 1) { Type = "compute.instances.hostError" });
        operations.Add(new FakeOperation("europe-west1-c", "let-through", "gke-1", 1) { Type = "compute.instances.hostError" });
        _compute.Put("p", "operations", operations);
        await world.LoseTheMorningAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.EnsureRunningAsync()));
        await world.RepairAsync();

        Assert.Equal(4, await world.Cluster.PreemptionsAsync(Cluster));
        Assert.Equal((4, 0, 1), (await world.FoundAsync(Outcome.counted), await world.FoundAsync(Outcome.duplicate), await world.FoundAsync(Outcome.not_an_instance)));
        Assert.Null(await world.Mark.GetLost("p"));
        Assert.Equal(0, (await world.MetricsAsync())["sie_repair_gap_seconds{project=\"p\"}"]);
        Assert.Equal(1, _compute.Listings);
        Assert.Equal(4, _compute.Requests.Count);
        Assert.All(_compute.Requests, request => Assert.Equal("operationType=\"compute.instances.preempted\"", request.Query["filter"]));
        Assert.Equal("true", _compute.Requests.First().Query["returnPartialSuccess"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Preemption_SeenByAuditLogAndByRepair_CountsOnce(bool repairFirst)
    {
        const string Project = "acme-prod-001";
        const string Totals = "acme-prod-001/europe-west1/c";
        var sample = Encoding.UTF8.GetString(Sample.Bytes("f2-zoneOperation.preempted"));
        var told = new AuditLogParser("p").Parse(Sample.Bytes("a1-preempted.2023"), "1", Noon).Event!;
        _compute.Put(Project, "operations", []);
        _compute.Answer = _ => new FakeAnswer { Text = $$"""{"items":{"zones/europe-west1-c":{"operations":[{{sample}}]} } }""" };
        await using var world = await RepairWorld.StartAsync(_compute, project: Project);
        await world.Cluster.SendAsync(Created("create", told.InstanceId, Noon.AddDays(-1)) with { Instance = told.Instance });
        await world.LoseTheMorningAsync();
        if (repairFirst)
        {
            await world.RepairAsync();
        }

        Assert.Equal(repairFirst ? Outcome.duplicate : Outcome.counted, await world.Cluster.SendAsync(told));
        if (!repairFirst)
        {
            await world.RepairAsync();
        }

        Assert.Equal(1, await world.FoundAsync(repairFirst ? Outcome.counted : Outcome.duplicate));
        Assert.Equal(1, await world.Cluster.PreemptionsAsync(Totals));
    }

    [Fact]
    public async Task Pause_ShorterThanRetention_AsksNothing()
    {
        _compute.Put("p", "operations", RepairWorld.Preemptions(3));
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.PulledAsync(Noon.AddMinutes(-10));
        await world.PulledAsync(Noon);

        await world.NothingToRepairAsync();

        Assert.Empty(_compute.Requests);
    }

    [Fact]
    public async Task FirstStartEver_AsksNothing()
    {
        _compute.Put("p", "operations", RepairWorld.Preemptions(3));
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.PulledAsync(Noon);

        await world.NothingToRepairAsync();

        Assert.Empty(_compute.Requests);
    }

    [Fact]
    public async Task Silo_KilledInTheMiddle_TheNextOneFinishesAndTheOneAfterHasNothingToDo()
    {
        var storage = new TestStorage();
        var second = new TaskCompletionSource();
        _compute.Put("p", "operations", RepairWorld.Preemptions(6));
        _compute.Answer = request =>
        {
            if (request.PageToken is null)
            {
                return null;
            }

            second.TrySetResult();
            return new FakeAnswer { After = new TaskCompletionSource().Task };
        };
        await using (var world = await RepairWorld.StartAsync(_compute, storage))
        {
            await world.CreateAsync(6);
            await world.LoseTheMorningAsync();
            await world.EnsureRunningAsync();
            await second.Task.WaitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(2, await world.Cluster.PreemptionsAsync(Cluster));
            await world.Cluster.Cluster.KillSiloAsync(world.Cluster.Cluster.Silos[0], TestContext.Current.CancellationToken);
        }

        _compute.Answer = _ => null;
        await using (var world = await RepairWorld.StartAsync(_compute, storage))
        {
            await world.PulledAsync(Noon.AddMinutes(1));
            await world.RepairAsync();
            Assert.Equal((4, 2), (await world.FoundAsync(Outcome.counted), await world.FoundAsync(Outcome.duplicate)));
            Assert.Equal(6, await world.Cluster.PreemptionsAsync(Cluster));
        }

        var asked = _compute.Requests.Count;
        await using (var world = await RepairWorld.StartAsync(_compute, storage))
        {
            await world.PulledAsync(Noon.AddMinutes(2));
            await world.NothingToRepairAsync();
            Assert.Equal(6, await world.Cluster.PreemptionsAsync(Cluster));
        }

        Assert.Equal(asked, _compute.Requests.Count);
    }

    [Fact]
    public async Task SiloOfTheWorker_KilledInTheMiddle_AnotherTakesOver()
    {
        var second = new TaskCompletionSource();
        _compute.Put("p", "operations", RepairWorld.Preemptions(6));
        _compute.Answer = request =>
        {
            if (request.PageToken is null || !second.TrySetResult())
            {
                return null;
            }

            return new FakeAnswer { After = new TaskCompletionSource().Task };
        };
        await using var world = await RepairWorld.StartAsync(_compute, silos: 3);
        await world.CreateAsync(6);
        await world.LoseTheMorningAsync();
        await world.EnsureRunningAsync();
        await second.Task.WaitAsync(TestContext.Current.CancellationToken);

        await world.KillSiloOfTheWorkerAsync();
        await world.RepairAsync();

        Assert.Equal(6, await world.Cluster.PreemptionsAsync(Cluster));
        Assert.Equal(2, _compute.Listings);
    }

    [Fact]
    public async Task Instance_ThatTakesNothing_LeavesTheGapOpenUntilItDoes()
    {
        var storage = new TestStorage();
        var isSick = true;
        await using var world = await RepairWorld.StartAsync(_compute, storage);
        await world.CreateAsync(5);
        storage.BeforeWrite = record =>
            isSick && record == $"instance:{RepairWorld.InstanceOf(3)}" ? throw new IOException("The disk is full.") : Task.CompletedTask;
        _compute.Put("p", "operations", RepairWorld.Preemptions(5));
        await world.LoseTheMorningAsync();

        await world.RepairAsync(RepairResult.failed);

        Assert.Equal(1, await world.ErrorsAsync(ComputeError.instance));
        Assert.NotNull(await world.Mark.GetLost("p"));
        isSick = false;
        world.Cluster.Time.Advance(_pause);
        await world.RepairAsync();
        Assert.Equal(5, await world.Cluster.PreemptionsAsync(Cluster));
        Assert.Equal(2, _compute.Listings);
    }

    [Fact]
    public async Task Rights_ThatAreMissing_AreToldAndTheGapWaitsForThem()
    {
        _compute.Put("p", "operations", RepairWorld.Preemptions(3));
        _compute.Answer = _ => new FakeAnswer { Status = HttpStatusCode.Forbidden, Reason = "forbidden" };
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.CreateAsync(3);
        await world.LoseTheMorningAsync();

        await world.RepairAsync(RepairResult.failed);

        var lost = await world.Mark.GetLost("p");
        Assert.Equal(new LostSpan(Noon.AddHours(-5), Noon), lost);
        Assert.Equal(1, await world.ErrorsAsync(ComputeError.forbidden));
        Assert.Equal(lost!.Length.TotalSeconds, (await world.MetricsAsync())["sie_repair_gap_seconds{project=\"p\"}"]);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.EnsureRunningAsync()));
        Assert.Single(_compute.Requests);
        _compute.Answer = _ => null;
        world.Cluster.Time.Advance(_pause);
        await world.RepairAsync();
        Assert.Equal(3, await world.Cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Zone_OutOfReach_LeavesTheGapOpenAndCountsTheOthers()
    {
        _compute.Put("p", "operations", [.. RepairWorld.Preemptions(3), new FakeOperation("us-east1-b", "systemevent-far", "gke-1", 99)]);
        _compute.Warnings = new Dictionary<string, string> { ["us-east1-b"] = "UNREACHABLE" };
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.CreateAsync(3);
        await world.LoseTheMorningAsync();

        await world.RepairAsync(RepairResult.partial);

        Assert.Equal(3, await world.Cluster.PreemptionsAsync(Cluster));
        Assert.NotNull(await world.Mark.GetLost("p"));
        _compute.Warnings = new Dictionary<string, string>();
        world.Cluster.Time.Advance(_pause);
        await world.RepairAsync();
        Assert.Equal((3, 3, 1), (await world.FoundAsync(Outcome.counted), await world.FoundAsync(Outcome.duplicate), await world.FoundAsync(Outcome.waiting)));
        Assert.Null(await world.Mark.GetLost("p"));
    }

    [Fact]
    public async Task Page_ThatFails_IsAskedForAgainAndCountsOnce()
    {
        _compute.Put("p", "operations", RepairWorld.Preemptions(6));
        _compute.Answer = request => request.Number switch
        {
            1 => new FakeAnswer { IsCut = true },
            2 => new FakeAnswer { Status = HttpStatusCode.TooManyRequests },
            3 => new FakeAnswer { Text = BrokenPage },
            _ => null,
        };
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.CreateAsync(6);
        await world.LoseTheMorningAsync();

        await world.RepairAsync();

        Assert.Equal((1, 1), (await world.ErrorsAsync(ComputeError.connection), await world.ErrorsAsync(ComputeError.throttled)));
        Assert.Equal(1, await world.ErrorsAsync(ComputeError.malformed));
        Assert.Equal((6, 0), (await world.FoundAsync(Outcome.counted), await world.FoundAsync(Outcome.duplicate)));
        Assert.Equal(6, await world.Cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Preemption_OfAnInstanceNeverSeen_WaitsUntilItsCreationIsTold()
    {
        _compute.Put("p", "operations", RepairWorld.Preemptions(1));
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.LoseTheMorningAsync();

        await world.RepairAsync();

        Assert.Equal(1, await world.FoundAsync(Outcome.waiting));
        await world.CreateAsync(1);
        Assert.Equal(1, await world.Cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Preemption_OfAnInstanceNeverSeen_IsAttributedByItsSighting()
    {
        _compute.Put("p", "operations", RepairWorld.Preemptions(1));
        await using var world = await RepairWorld.StartAsync(_compute);
        await world.LoseTheMorningAsync();
        await world.RepairAsync();
        Assert.Equal(1, await world.FoundAsync(Outcome.waiting));

        await world.Cluster.Grains.GetGrain<IInstanceGrain>(RepairWorld.InstanceOf(1)).Observe(new InstanceObservation(
            1, Noon.AddDays(-1), Noon, new InstanceDescription("c", "europe-west1", "spot-pool", "n2d-standard-8", "spot")));

        Assert.Equal(1, await world.Cluster.PreemptionsAsync(Cluster));
    }
}
