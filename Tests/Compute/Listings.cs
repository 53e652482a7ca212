using System.Text.Json;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing.Compute;

namespace OrleansSie.Tests.Compute;

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

/// <summary>Keeps what a list holds.</summary>
internal sealed class RecordingListing : IComputeListing
{
    public List<(string Zone, string Name)> Items { get; } = [];

    public List<ComputeError> Retries { get; } = [];

    public int Pages { get; private set; }

    /// <summary>Called after each page.</summary>
    public Func<int, Task> OnPage { get; init; } = _ => Task.CompletedTask;

    /// <summary>Names that are not understood.</summary>
    public Func<string, bool> Understands { get; init; } = _ => true;

    public bool Take(string zone, ref Utf8JsonReader item)
    {
        var instance = ListedInstance.Read(ref item);
        Items.Add((zone, instance.NameText()));
        return Understands(instance.NameText());
    }

    public Task PageReadAsync(CancellationToken cancellation) => OnPage(++Pages);

    public void Retrying(ComputeException fault) => Retries.Add(fault.Error);
}
