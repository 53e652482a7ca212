using OrleansSie.Tests.Inventory;

namespace OrleansSie.Bench.Inventory;

/// <summary>
/// The fake Compute API in a process of its own, so that what the listing takes is seen apart from it. It ends with its input.
/// </summary>
internal static class InventoryServer
{
    /// <summary>The command under which the Bench is this server.</summary>
    public const string Command = "inventory-server";

    /// <summary>The project that it knows.</summary>
    public const string Project = "p-one";

    public static async Task<int> RunAsync(int count)
    {
        await using var compute = await FakeCompute.StartAsync();
        compute.PutInstances(Project, Enumerable.Range(0, count).Select(FakeInstance.Numbered));
        Console.WriteLine(compute.Endpoint);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
