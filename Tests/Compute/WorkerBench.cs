using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

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

/// <summary>Takes what an inventory tells, in the place of the grains.</summary>
internal sealed class ToldInstances : IListedInstances
{
    private readonly ConcurrentQueue<(string Instance, InstanceObservation Observation)> _seen = new();
    private readonly ConcurrentQueue<(string Instance, ulong Id, DateTimeOffset At)> _gone = new();

    public IReadOnlyCollection<(string Instance, InstanceObservation Observation)> Seen => _seen;

    public IReadOnlyCollection<(string Instance, ulong Id, DateTimeOffset At)> Gone => _gone;

    /// <summary>Called before anything is taken, with the instance's key; what it throws is the answer.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task ObserveAsync(string instance, InstanceObservation observation)
    {
        await Before(instance);
        _seen.Enqueue((instance, observation));
    }

    /// <summary>What was counted by each listing.</summary>
    public List<NodeListing> Counted { get; } = [];

    /// <summary>What the worker is told about earlier listings; what it throws is the answer.</summary>
    public Func<IReadOnlyDictionary<string, DateTimeOffset>> Listed { get; set; } = () => new Dictionary<string, DateTimeOffset>();

    public async Task VanishAsync(string instance, ulong id, DateTimeOffset at)
    {
        await Before(instance);
        _gone.Enqueue((instance, id, at));
    }

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> GetListedAsync(string project) => Task.FromResult(Listed());

    public Task CountAsync(string project, NodeListing listing)
    {
        Counted.Add(listing);
        return Task.CompletedTask;
    }

    /// <summary>From now on as if nothing had been told.</summary>
    public void Clear()
    {
        _seen.Clear();
        _gone.Clear();
    }
}

/// <summary>A clock on which every pause ends at once and is written down. Only the limit of an attempt waits to be told.</summary>
internal sealed class SkippingTime : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _pauses = new();

    public SkippingTime()
        : base(new DateTimeOffset(2026, 3, 2, 12, 0, 20, TimeSpan.Zero))
    {
    }

    public IReadOnlyCollection<TimeSpan> Pauses => _pauses;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime != ComputeApi.AttemptLimit)
        {
            _pauses.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
