using System.Net;
using OrleansSie.Silo.Compute;
using OrleansSie.Testing.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>Nothing is called gone but what a complete listing of its zone no longer holds.</summary>
public sealed class VanishTests
{
    private static readonly FakeInstance _one = new("z-a", "one", 1);
    private static readonly FakeInstance _two = new("z-b", "two", 2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instance_NoLongerListed_IsGoneOnce()
    {
        await using var bench = await WorkerBench.StartAsync();
        var worker = await ListedAsync(bench, _one, _two);
        bench.Compute.EmptyZones = ["z-b"];

        bench.Compute.PutInstances("p", _one);
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        await worker.ListAsync(Cancel);
        await worker.ListAsync(Cancel);

        var began = new DateTimeOffset(2026, 3, 2, 12, 5, 20, TimeSpan.Zero);
        Assert.Equal(("projects/p/zones/z-b/instances/two", 2UL, began), Assert.Single(bench.Told.Gone));
        Assert.Equal(1, worker.Known);
    }

    [Fact]
    public async Task Name_OfANewInstance_EndsTheOldOneAlone()
    {
        await using var bench = await WorkerBench.StartAsync();
        var worker = await ListedAsync(bench, _one);

        bench.Compute.PutInstances("p", _one with { Id = 9 });
        await worker.ListAsync(Cancel);

        Assert.Equal(9UL, Assert.Single(bench.Told.Seen).Observation.Id);
        Assert.Equal(1UL, Assert.Single(bench.Told.Gone).Id);
    }

    [Theory]
    [InlineData("UNREACHABLE")]
    [InlineData("PARTIAL_SUCCESS")]
    public async Task Instance_OfAZoneThatIsNotReached_IsNotGone(string code)
    {
        await using var bench = await WorkerBench.StartAsync();
        var worker = await ListedAsync(bench, _one, _two);

        bench.Compute.Warnings = new Dictionary<string, string> { ["z-b"] = code };
        Assert.Equal(ListingEnd.Complete, await worker.ListAsync(Cancel));
        Assert.Empty(bench.Told.Gone);
        Assert.Equal(1, (await bench.MetricsAsync())["sie_inventory_unreachable_zones{project=\"p\"}"]);
        Assert.Contains(bench.Log, l => l.Text.Contains("could not list z-b", StringComparison.Ordinal));

        bench.Compute.Warnings = new Dictionary<string, string>();
        await worker.ListAsync(Cancel);
        Assert.Empty(bench.Told.Gone);
        Assert.Empty(bench.Told.Seen);
    }

    [Fact]
    public async Task Instance_OfAPartialListing_IsNotGone()
    {
        await using var bench = await WorkerBench.StartAsync();
        var worker = await ListedAsync(bench, _one, _two);

        bench.Compute.PutInstances("p", _one);
        bench.Compute.EmptyZones = ["z-b"];
        bench.Compute.Warning = "PARTIAL_SUCCESS";
        await worker.ListAsync(Cancel);

        Assert.Empty(bench.Told.Gone);
    }

    [Fact]
    public async Task Instance_OfAZoneThatIsNotSpokenOf_IsNotGone()
    {
        await using var bench = await WorkerBench.StartAsync();
        var worker = await ListedAsync(bench, _one, _two);

        bench.Compute.PutInstances("p", _one);
        await worker.ListAsync(Cancel);

        Assert.Empty(bench.Told.Gone);
    }

    [Fact]
    public async Task Instance_WhenTheListingBreaksOff_IsNotGone()
    {
        await using var bench = await WorkerBench.StartAsync();
        var worker = await ListedAsync(bench, _one, _two);

        bench.Compute.PutInstances("p", _one, new FakeInstance("z-b", "three", 3));
        bench.Compute.PageSize = 1;
        bench.Compute.Answer = r => r.PageToken is null ? null : new FakeAnswer { Status = HttpStatusCode.ServiceUnavailable };
        Assert.Equal(ListingEnd.Broken, await worker.ListAsync(Cancel));

        Assert.Empty(bench.Told.Gone);
    }

    [Fact]
    public async Task Instance_ThatNoCompleteListingHeld_IsNotGoneButForgotten()
    {
        await using var bench = await WorkerBench.StartAsync();
        bench.Compute.EmptyZones = ["z-b"];
        bench.Compute.PutInstances("p", _one, _two);
        bench.Compute.PageSize = 1;
        bench.Compute.Answer = r => r.PageToken is null ? null : new FakeAnswer { Status = HttpStatusCode.ServiceUnavailable };
        var worker = bench.Worker();
        Assert.Equal(ListingEnd.Broken, await worker.ListAsync(Cancel));
        Assert.Equal(1, worker.Known);

        bench.Compute.Answer = _ => null;
        bench.Compute.EmptyZones = ["z-a"];
        bench.Compute.PutInstances("p", _two);
        Assert.Equal(ListingEnd.Complete, await worker.ListAsync(Cancel));

        Assert.Empty(bench.Told.Gone);
        Assert.Equal(1, worker.Known);
    }

    [Fact]
    public async Task Instance_ThatCannotBeToldThatItIsGone_IsToldNextTime()
    {
        await using var bench = await WorkerBench.StartAsync();
        var worker = await ListedAsync(bench, _one, _two);
        bench.Compute.EmptyZones = ["z-b"];
        bench.Compute.PutInstances("p", _one);

        bench.Told.Before = _ => Task.FromException(new TimeoutException("no answer"));
        await worker.ListAsync(Cancel);
        Assert.Empty(bench.Told.Gone);

        bench.Told.Before = _ => Task.CompletedTask;
        await worker.ListAsync(Cancel);
        Assert.Equal(2UL, Assert.Single(bench.Told.Gone).Id);
    }

    private static async Task<InventoryWorker> ListedAsync(WorkerBench bench, params FakeInstance[] instances)
    {
        bench.Compute.PutInstances("p", instances);
        var worker = bench.Worker();
        Assert.Equal(ListingEnd.Complete, await worker.ListAsync(Cancel));
        Assert.Equal(instances.Length, bench.TakeSeen().Count);
        return worker;
    }
}
