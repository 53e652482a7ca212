using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Inventory;

namespace OrleansSie.Tests.Inventory;

/// <summary>A project "p" with instances behind the fake API, and what asks for them.</summary>
internal static class Listings
{
    public static readonly ComputeRequest Instances = new("p", "instances", ListedInstance.Fields);

    public static ComputeApi ApiOf(FakeCompute compute, TimeProvider time) =>
        new(new SieOptions { Compute = new ComputeOptions { Endpoint = compute.Endpoint } }, time);

    public static async Task<FakeCompute> StartAsync(int count, int pageSize = 500)
    {
        var compute = await FakeCompute.StartAsync();
        compute.PageSize = pageSize;
        compute.PutInstances("p", Enumerable.Range(0, count).Select(FakeInstance.Numbered));
        return compute;
    }
}
