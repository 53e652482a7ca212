using Microsoft.Data.Sqlite;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Serialization;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// Reads every record back, through the store's own reads, and compares it with the plan. The list of keys comes from SQLite, so
/// that a record which ought not to be there is seen as well.
/// </summary>
internal sealed class StoreAudit
{
    /// <summary>What every key begins with, under the default service id.</summary>
    public const string Prefix = "orleans-sie/state/";

    private readonly SoakPlan _plan;
    private readonly int _kills;
    private readonly StateSerializer _serializer = new();

    public StoreAudit(SoakPlan plan, int kills)
    {
        _plan = plan;
        _kills = kills;
    }

    /// <summary>Bytes of all instance records.</summary>
    public long InstanceBytes { get; private set; }

    /// <summary>Names every difference; empty if the store holds exactly what the plan says.</summary>
    public async Task<List<string>> RunAsync(string data, string memory)
    {
        var differences = new List<string>();
        await using var store = await EmbeddedStore.StartAsync(new EmbeddedStoreSettings { Path = data, Memory = memory }, CancellationToken.None);
        Check(Scalar(data, "PRAGMA integrity_check"), "ok", "SQLite's integrity check", differences);
        Check(Scalar(data, $"SELECT count(*) FROM state WHERE key LIKE '{Prefix}instance/%'"), $"{_plan.Instances}", "number of instance records", differences);
        for (var instance = 0; instance < _plan.Instances; instance++)
        {
            await InstanceAsync(store, instance, differences);
        }

        foreach (var (cluster, total) in _plan.Totals(_kills))
        {
            var key = new ClusterKey(SoakEntries.Project, "europe-west1", cluster).ToString();
            var state = await ReadAsync<ClusterState>(store, "cluster", key);
            Check($"{state?.Totals.Sum(r => r.Count)}", $"{total}", $"total of {key}", differences);
        }

        return differences;
    }

    private async Task InstanceAsync(EmbeddedStore store, int instance, List<string> differences)
    {
        var name = SoakPlan.NameOf(instance);
        if (await ReadAsync<InstanceState>(store, "instance", name) is not { } state)
        {
            differences.Add($"{name} has no record.");
            return;
        }

        var cluster = new ClusterKey(SoakEntries.Project, "europe-west1", SoakPlan.ClusterOf(instance)).ToString();
        var ids = _plan.IdsOf(instance, _kills);
        if (state.Incarnations is not [{ } life] || life.Cluster != cluster || state.Open.Count > 0
            || state.Counted.Count != ids.Count || !ids.SetEquals(state.Counted))
        {
            differences.Add($"{name}: {state.Incarnations.Count} incarnations, {state.Open.Count} open, {state.Counted.Count} counted instead of {ids.Count}.");
        }
    }

    private async Task<T?> ReadAsync<T>(EmbeddedStore store, string kind, string key)
        where T : class
    {
        var record = await store.ReadAsync($"{Prefix}{kind}/{key}/{kind}");
        InstanceBytes += kind == "instance" ? record?.Data.Length ?? 0 : 0;
        return record is null ? null : _serializer.Deserialize<T>(new BinaryData(record.Data));
    }

    private static void Check(string? found, string expected, string what, List<string> differences)
    {
        if (found != expected)
        {
            differences.Add($"{what} is {found}, not {expected}.");
        }
    }

    private static string? Scalar(string data, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "state.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
