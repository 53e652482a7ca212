using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing.Compute;

namespace OrleansSie.Bench.Inventory;

/// <summary>
/// How much time and memory does it take to list a large project, and what does a second listing without a change cost? The worker
/// runs in this process, the API in another; the grains are left out.
/// </summary>
internal static class InventoryRun
{
    private const double Megabyte = 1024 * 1024;

    public static async Task<int> RunAsync(int count)
    {
        using var server = StartServer(count);
        var endpoint = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        var options = new SieOptions { Compute = new ComputeOptions { Endpoint = endpoint } };
        using var api = new ComputeApi(options, TimeProvider.System);
        var calls = new CountedCalls();
        var worker = new InventoryWorker(
            InventoryServer.Project,
            InventoryFilter.client,
            options.Instances.Retention / 4,
            api,
            calls,
            new InventoryMetrics(new MetricsRegistry()),
            TimeProvider.System,
            NullLogger.Instance);
        var before = Resident();
        Console.WriteLine($"{count} instances, {before:F0} MB resident before.");
        foreach (var name in new[] { "first listing", "second, without a change", "third, without a change" })
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var cpu = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            if (await worker.ListAsync(CancellationToken.None) != ListingEnd.Complete)
            {
                Console.WriteLine($"{name}: not read to its end.");
                return 1;
            }

            Console.WriteLine(
                $"{name,-26} {clock.Elapsed.TotalSeconds,6:F2} s  {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,5:F2} s CPU"
                    + $"  {calls.Take(),7} calls to grains  {(GC.GetTotalAllocatedBytes() - allocated) / Megabyte,6:F1} MB allocated"
                    + $"  {Peak():F0} MB peak resident");
        }

        var heap = GC.GetTotalMemory(forceFullCollection: true) / Megabyte;
        Console.WriteLine($"{heap:F1} MB on the heap afterwards, {worker.Known} instances remembered.");
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        return 0;
    }

    private static Process StartServer(int count) => Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, [InventoryServer.Command, count.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    private static double Resident() => Environment.WorkingSet / Megabyte;

    private static double Peak()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / Megabyte;
    }
}

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

/// <summary>Takes what is told in the place of the grains, whose own cost is not what is measured.</summary>
internal sealed class CountedCalls : IListedInstances
{
    private int _calls;

    public int Take() => Interlocked.Exchange(ref _calls, 0);

    public Task ObserveAsync(string instance, InstanceObservation observation)
    {
        Interlocked.Increment(ref _calls);
        return Task.CompletedTask;
    }

    public Task VanishAsync(string instance, ulong id, DateTimeOffset at)
    {
        Interlocked.Increment(ref _calls);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> GetListedAsync(string project) =>
        Task.FromResult<IReadOnlyDictionary<string, DateTimeOffset>>(new Dictionary<string, DateTimeOffset>());

    public Task CountAsync(string project, NodeListing listing) => Task.CompletedTask;
}
