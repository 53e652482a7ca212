using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Inventory;
using OrleansSie.Silo.Metrics;
using OrleansSie.Tests.EndToEnd;
using OrleansSie.Tests.Local;
using Xunit;

namespace OrleansSie.Tests.Inventory;

/// <summary>A worker alone, between the fake API and whom it tells.</summary>
internal sealed class WorkerBench : IAsyncDisposable
{
    /// <summary>After this time an instance is told again at the latest.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromDays(10);

    private readonly LogRecorder _log = new();
    private readonly MetricsRegistry _registry = new();
    private readonly InventoryMetrics _metrics;
    private readonly ComputeApi _api;

    private WorkerBench(FakeCompute compute)
    {
        Compute = compute;
        _metrics = new InventoryMetrics(_registry);
        _api = new ComputeApi(new SieOptions { Compute = new ComputeOptions { Endpoint = compute.Endpoint } }, Time);
    }

    public FakeCompute Compute { get; }

    public ToldInstances Told { get; } = new();

    public SkippingTime Time { get; } = new();

    public IReadOnlyCollection<(LogLevel Level, EventId Event, string Text)> Log => _log.Lines;

    public static async Task<WorkerBench> StartAsync(int count = 0)
    {
        var bench = new WorkerBench(await FakeCompute.StartAsync());
        bench.Compute.PutInstances("p", Enumerable.Range(0, count).Select(FakeInstance.Numbered));
        return bench;
    }

    public InventoryWorker Worker(string project = "p", InventoryFilter filter = InventoryFilter.client) =>
        new(project, filter, RenewAfter, _api, Told, _metrics, Time, _log);

    /// <summary>What was told as seen since the last call, in order of the keys.</summary>
    public IReadOnlyList<string> TakeSeen()
    {
        var seen = Told.Seen.Select(t => t.Instance).Order(StringComparer.Ordinal).ToList();
        Told.Clear();
        return seen;
    }

    public async Task<Exposition> MetricsAsync()
    {
        using var text = new MemoryStream();
        await _registry.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return new Exposition(System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }

    public async Task<double?> ErrorsAsync(ComputeError reason, string project = "p") =>
        (await MetricsAsync())[$"sie_inventory_errors_total{{project=\"{project}\",reason=\"{reason}\"}}"];

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        _log.Dispose();
        await Compute.DisposeAsync();
    }
}
