using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Testing.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>The running nodes that a listing counts. The clock stands at 12:00:20 on 2026-03-02.</summary>
public sealed class NodeCountTests
{
    private static readonly DateTimeOffset _began = new(2026, 3, 2, 12, 0, 20, TimeSpan.Zero);
    private static readonly NodeLabels _labels = new("p/europe-west1/payments-eu", new CapacityPool("spot-n2d", "z-a", "n2d-standard-8", "spot"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listing_CountsRunningNodes_ByTheirLabels_WithWhatStartedSince()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Told.Listed = () => new Dictionary<string, DateTimeOffset> { ["z-a"] = _began.AddMinutes(-5) };
        bench.Compute.PutInstances(
            "p",
            new FakeInstance("z-a", "one", 1),
            new FakeInstance("z-a", "started", 2) { CreatedAt = "2026-03-02T11:58:20Z" },
            new FakeInstance("z-a", "restarted", 3) { LastStartedAt = "2026-03-02T11:59:20Z" },
            new FakeInstance("z-a", "meanwhile", 7) { CreatedAt = "2026-03-02T12:00:21Z" },
            new FakeInstance("z-a", "stopped", 4) { Status = "TERMINATED" },
            new FakeInstance("z-a", "vm", 5) { Cluster = "" },
            new FakeInstance("z-b", "other", 6));

        await bench.Worker().ListAsync(Cancel);

        var listing = Assert.Single(bench.Told.Counted);
        Assert.Equal(_began, listing.At);
        var zones = listing.Zones.ToDictionary(z => z.Zone);
        Assert.Equal(_began.AddMinutes(-5), zones["z-a"].Before);
        Assert.Equal([new ListedNodes(_labels, 3, 2, 180_000)], zones["z-a"].Nodes);
        Assert.Null(zones["z-b"].Before);
        Assert.Equal([new ListedNodes(_labels with { Pool = _labels.Pool with { Zone = "z-b" } }, 1, 0, 0)], zones["z-b"].Nodes);
    }

    [Fact]
    public async Task SecondListing_WithoutChange_CountsTheSameNodes_AndTellsNobody()
    {
        await using var bench = await WorkerBench.StartAsync(count: 1_200);
        var worker = bench.Worker();
        await worker.ListAsync(Cancel);
        bench.Told.Clear();

        await worker.ListAsync(Cancel);

        Assert.Empty(bench.Told.Seen);
        Assert.Equal([1_200, 1_200], bench.Told.Counted.Select(listing => listing.Zones.Sum(z => z.Nodes.Sum(n => n.Running))));
    }

    [Fact]
    public async Task Listing_ThatStartsAgain_CountsEachNodeOnce()
    {
        await using var bench = await WorkerBench.StartAsync(count: 1_200);
        bench.Compute.Answer = r => r.Number == 2 ? new FakeAnswer { Status = System.Net.HttpStatusCode.BadRequest } : null;

        await bench.Worker().ListAsync(Cancel);

        Assert.Equal(1_200, Assert.Single(bench.Told.Counted).Zones.Sum(z => z.Nodes.Sum(n => n.Running)));
    }

    [Fact]
    public async Task Listing_WithAZoneOutOfReach_LeavesThatZoneOut()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Compute.PutInstances("p", new FakeInstance("z-a", "one", 1), new FakeInstance("z-b", "two", 2));
        bench.Compute.Warnings = new Dictionary<string, string> { ["z-b"] = "UNREACHABLE" };

        await bench.Worker().ListAsync(Cancel);

        Assert.DoesNotContain(Assert.Single(bench.Told.Counted).Zones, z => z.Zone == "z-b");
    }

    [Fact]
    public async Task Listing_WhoseNodesCannotBeCounted_StillTellsTheInstances()
    {
        await using var bench = await WorkerBench.StartAsync(count: 3);
        bench.Told.Listed = () => throw new TimeoutException("store");

        Assert.Equal(ListingEnd.Complete, await bench.Worker().ListAsync(Cancel));

        Assert.Equal(3, bench.TakeSeen().Count);
        Assert.Empty(bench.Told.Counted);
        Assert.Equal(1, await bench.ErrorsAsync(ComputeError.nodes));
        Assert.Contains(bench.Log, line => line.Event.Name == "NodesNotCounted");
    }
}
