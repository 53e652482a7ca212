using System.Net;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>What reaches the grains: only what is new or has changed, whatever happens to the listing.</summary>
public sealed class InventoryWorkerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listing_TellsEachInstanceWhatItIs()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Compute.PutInstances("p", new FakeInstance("europe-west1-c", "gke-1", 12));

        var end = await bench.Worker().ListAsync(Cancel);

        var (instance, observation) = Assert.Single(bench.Told.Seen);
        Assert.Equal(ListingEnd.Complete, end);
        Assert.Equal("projects/p/zones/europe-west1-c/instances/gke-1", instance);
        Assert.Equal(
            new InstanceObservation(
                12,
                new DateTimeOffset(2026, 3, 2, 1, 42, 20, 276, TimeSpan.Zero),
                new DateTimeOffset(2026, 3, 2, 12, 0, 20, TimeSpan.Zero),
                new InstanceDescription("payments-eu", "europe-west1", "spot-n2d", "n2d-standard-8", "spot")),
            observation);
        var metrics = await bench.MetricsAsync();
        Assert.Equal(1, metrics["sie_inventory_instances{project=\"p\"}"]);
        Assert.Equal(0, metrics["sie_inventory_unreachable_zones{project=\"p\"}"]);
        Assert.Equal(1772452820, metrics["sie_inventory_last_success_timestamp_seconds{project=\"p\"}"]);
    }

    [Fact]
    public async Task SecondListing_WithoutChange_TellsNobody()
    {
        await using var bench = await WorkerBench.StartAsync(count: 2000);
        var worker = bench.Worker();
        await worker.ListAsync(Cancel);
        Assert.Equal(2000, bench.TakeSeen().Distinct().Count());

        var end = await worker.ListAsync(Cancel);

        Assert.Equal(ListingEnd.Complete, end);
        Assert.Equal(8, bench.Compute.Requests.Count);
        Assert.Empty(bench.Told.Seen);
        Assert.Empty(bench.Told.Gone);
        Assert.Equal(2000, (await bench.MetricsAsync())["sie_inventory_instances{project=\"p\"}"]);
    }

    [Fact]
    public async Task SecondListing_TellsOnlyWhatChanged()
    {
        await using var bench = await WorkerBench.StartAsync();
        var (one, two) = (new FakeInstance("z-a", "one", 1), new FakeInstance("z-a", "two", 2));
        bench.Compute.PutInstances("p", one, two);
        var worker = bench.Worker();
        await worker.ListAsync(Cancel);
        bench.Told.Clear();

        bench.Compute.PutInstances("p", one, two with { Cluster = "other" }, new FakeInstance("z-a", "three", 3));
        await worker.ListAsync(Cancel);

        Assert.Equal(["projects/p/zones/z-a/instances/three", "projects/p/zones/z-a/instances/two"], bench.TakeSeen());
    }

    [Fact]
    public async Task Instance_ThatIsNoNode_IsToldWithoutACluster()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Compute.PutInstances("p", new FakeInstance("z-a", "vm", 1) { Cluster = "" });

        await bench.Worker().ListAsync(Cancel);

        Assert.Equal("", Assert.Single(bench.Told.Seen).Observation.Description.ClusterName);
        Assert.DoesNotContain("filter", Assert.Single(bench.Compute.Requests).Query.Keys);
    }

    [Fact]
    public async Task Filter_OfTheServer_LeavesOutWhatIsNoNode()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Compute.PutInstances("p", new FakeInstance("z-a", "vm", 1) { Cluster = "" }, new FakeInstance("z-a", "node", 2));

        await bench.Worker(filter: InventoryFilter.server).ListAsync(Cancel);

        Assert.Equal(["projects/p/zones/z-a/instances/node"], bench.TakeSeen());
        Assert.Equal("labels.goog-k8s-cluster-name:*", Assert.Single(bench.Compute.Requests).Query["filter"]);
    }

    [Fact]
    public async Task Instance_ThatCannotTakeIt_HoldsUpNoOtherAndIsToldNextTime()
    {
        await using var bench = await WorkerBench.StartAsync(count: 30);
        bench.Compute.PageSize = 10;
        var bad = "projects/p/zones/europe-west1-b/instances/gke-payments-eu-spot-n2d-5e1b79aa-000003";
        bench.Told.Before = key => key == bad ? Task.FromException(new TimeoutException("no answer")) : Task.CompletedTask;
        var worker = bench.Worker();

        Assert.Equal(ListingEnd.Complete, await worker.ListAsync(Cancel));
        Assert.Equal(29, bench.TakeSeen().Count);
        Assert.Equal(1, await bench.ErrorsAsync(ComputeError.instance));

        bench.Told.Before = _ => Task.CompletedTask;
        await worker.ListAsync(Cancel);
        Assert.Equal([bad], bench.TakeSeen());
    }

    [Fact]
    public async Task Instances_ThatAllCannotTakeIt_EndTheListing()
    {
        await using var bench = await WorkerBench.StartAsync(count: 2000);
        bench.Told.Before = _ => Task.FromException(new TimeoutException("no answer"));
        var worker = bench.Worker();

        Assert.Equal(ListingEnd.Broken, await worker.ListAsync(Cancel));
        Assert.Single(bench.Compute.Requests);
        Assert.Contains(bench.Log, l => l.Event.Name == nameof(InventoryLog.NotListed) && l.Text.Contains("no answer", StringComparison.Ordinal));

        bench.Told.Before = _ => Task.CompletedTask;
        Assert.Equal(ListingEnd.Complete, await worker.ListAsync(Cancel));
        Assert.Equal(2000, bench.TakeSeen().Count);
    }

    [Fact]
    public async Task Calls_AreManyAtATimeAndBounded()
    {
        await using var bench = await WorkerBench.StartAsync(count: 300);
        var (inside, most) = (0, 0);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Told.Before = async _ =>
        {
            var now = Interlocked.Increment(ref inside);
            most = Math.Max(most, now);
            if (now == 64)
            {
                full.TrySetResult();
            }

            await full.Task;
            Interlocked.Decrement(ref inside);
        };

        await bench.Worker().ListAsync(Cancel);

        Assert.Equal(64, most);
        Assert.Equal(300, bench.Told.Seen.Count);
    }

    [Fact]
    public async Task Listing_BrokenOff_KeepsWhatWasTold()
    {
        await using var bench = await WorkerBench.StartAsync(count: 30);
        bench.Compute.PageSize = 10;
        bench.Compute.Answer = r => r.PageToken == "page-20" ? new FakeAnswer { Status = HttpStatusCode.InternalServerError } : null;
        var worker = bench.Worker();

        Assert.Equal(ListingEnd.Broken, await worker.ListAsync(Cancel));
        Assert.Equal(20, bench.TakeSeen().Count);
        Assert.Equal(8, await bench.ErrorsAsync(ComputeError.server));
        Assert.Null((await bench.MetricsAsync())["sie_inventory_last_success_timestamp_seconds{project=\"p\"}"]);

        bench.Compute.Answer = _ => null;
        Assert.Equal(ListingEnd.Complete, await worker.ListAsync(Cancel));
        Assert.Equal(10, bench.TakeSeen().Count);
    }

    [Fact]
    public async Task PageToken_Refused_TellsNobodyTwice()
    {
        await using var bench = await WorkerBench.StartAsync(count: 30);
        bench.Compute.PageSize = 10;
        bench.Compute.Answer = r => r.Number == 2 ? new FakeAnswer { Status = HttpStatusCode.BadRequest } : null;

        await bench.Worker().ListAsync(Cancel);

        Assert.Equal(2, bench.Compute.Listings);
        Assert.Equal(30, bench.TakeSeen().Count);
        Assert.Equal(30, (await bench.MetricsAsync())["sie_inventory_instances{project=\"p\"}"]);
    }

    [Fact]
    public async Task Project_ThatIsForbidden_IsReportedAndStopsNoOther()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Compute.PutInstances("closed", new FakeInstance("z-a", "one", 1));
        bench.Compute.PutInstances("open", new FakeInstance("z-a", "two", 2));
        bench.Compute.Answer = r =>
            r.Project == "closed" ? new FakeAnswer { Status = HttpStatusCode.Forbidden, Reason = "forbidden" } : null;

        Assert.Equal(ListingEnd.Refused, await bench.Worker("closed").ListAsync(Cancel));
        Assert.Equal(ListingEnd.Complete, await bench.Worker("open").ListAsync(Cancel));

        Assert.Equal(["projects/open/zones/z-a/instances/two"], bench.TakeSeen());
        Assert.Equal(1, await bench.ErrorsAsync(ComputeError.forbidden, "closed"));
        Assert.Contains(bench.Log, l => l.Text.Contains("grant roles/compute.viewer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Instance_WithoutAnId_IsLeftOutAndCounted()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Compute.PutInstances("p", new FakeInstance("z-a", "none", 0), new FakeInstance("z-a", "one", 1));

        Assert.Equal(ListingEnd.Complete, await bench.Worker().ListAsync(Cancel));

        Assert.Equal(["projects/p/zones/z-a/instances/one"], bench.TakeSeen());
        Assert.Equal(1, await bench.ErrorsAsync(ComputeError.invalid_instance));
    }

    [Fact]
    public async Task InstanceThatNeverChanges_IsToldAgainBeforeItsRecordLeavesTheStore()
    {
        await using var bench = await WorkerBench.StartAsync(50);
        var worker = bench.Worker();
        await worker.ListAsync(Cancel);
        Assert.Equal(50, bench.TakeSeen().Count);

        bench.Time.Advance(WorkerBench.RenewAfter * 0.75);
        await worker.ListAsync(Cancel);
        Assert.Empty(bench.TakeSeen());

        bench.Time.Advance(WorkerBench.RenewAfter * 0.25);
        await worker.ListAsync(Cancel);
        Assert.Equal(50, bench.TakeSeen().Count);
    }
}
