using System.Text;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Serialization;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// Writes in seconds what the first part leaves in the store, by the product's own parser and rules but without a silo: so that
/// the second part can be run alone on as much data as is wanted.
/// </summary>
internal sealed class StoreFill
{
    private readonly SoakPlan _plan;
    private readonly AuditLogParser _parser = new(SoakEntries.Project);
    private readonly StateSerializer _serializer = new();
    private readonly Dictionary<string, Dictionary<PoolLabels, TotalRow>> _totals = [];

    public StoreFill(SoakPlan plan)
    {
        _plan = plan;
    }

    public async Task RunAsync(string data)
    {
        await using var store = await EmbeddedStore.StartAsync(new EmbeddedStoreSettings { Path = data }, CancellationToken.None);
        foreach (var portion in Enumerable.Range(0, _plan.Instances).Chunk(SoakPlan.Window))
        {
            await Task.WhenAll(portion.Select(i => WriteAsync(store, "instance", SoakPlan.NameOf(i), LifeOf(i))));
        }

        foreach (var (cluster, rows) in _totals)
        {
            await WriteAsync(store, "cluster", cluster, new ClusterState { Version = 1, Indexed = true, Totals = [.. rows.Values] });
        }

        await WriteAsync(store, "cluster-index", IClusterIndexGrain.Key, new ClusterIndexState { Clusters = _totals.Keys.Index().ToDictionary(c => c.Item, c => new NamedCluster { Place = c.Index }) });
    }

    private InstanceState LifeOf(int instance)
    {
        var state = new InstanceState();
        var history = new InstanceHistory(state, SoakPlan.NameOf(instance), TimeSpan.FromDays(45));
        foreach (var text in _plan.Of(instance))
        {
            history.Apply(_parser.Parse(Encoding.UTF8.GetBytes(text.Text), "0", DateTimeOffset.UnixEpoch).Event!, DateTimeOffset.UnixEpoch);
            foreach (var open in history.Open.ToCount())
            {
                Count(open.Cluster!, history.ToInterruption(open, 0));
                history.Open.MarkCounted(open.Id);
            }
        }

        return state;
    }

    private void Count(string cluster, Interruption interruption)
    {
        if (!_totals.TryGetValue(cluster, out var rows))
        {
            _totals.Add(cluster, rows = []);
        }

        if (!rows.TryGetValue(interruption.Labels, out var row))
        {
            row = TotalRow.Of(interruption.Labels, interruption.At.ToUnixTimeSeconds());
            rows.Add(interruption.Labels, row);
        }

        // Long ago by then, so no loss of the last minutes.
        row.Take(new Entry { At = interruption.At.ToUnixTimeMilliseconds(), Age = (long?)interruption.Age?.TotalSeconds }, long.MaxValue);
    }

    private async Task WriteAsync<T>(EmbeddedStore store, string kind, string key, T state)
    {
        var record = new StoreRecord(Guid.NewGuid().ToString("N"), _serializer.Serialize(state).ToArray());
        if (!await store.WriteAsync($"{StoreAudit.Prefix}{kind}/{key}/{kind}", null, record))
        {
            throw new InvalidOperationException($"The store has a record of {key} already.");
        }
    }
}
