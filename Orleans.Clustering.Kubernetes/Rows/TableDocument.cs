using System.Globalization;
using System.Text;
using System.Text.Json;
using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// The table's ConfigMap as read once. Its etag consists of the object's uid, the table's id and its version. It changes with every commit
/// and with nothing else, so heartbeats and changed labels do not invalidate earlier reads. A table that was created again, or emptied and
/// refilled, never has an etag of the old one.
/// </summary>
internal sealed class TableDocument
{
    private const string Schema = "1";

    private readonly V1ConfigMap _map;
    private readonly TableIdentity _identity;
    private readonly IDictionary<string, string> _data;

    private TableDocument(V1ConfigMap map, TableIdentity identity, int version)
    {
        _map = map;
        _identity = identity;
        _data = map.Data ?? new Dictionary<string, string>();
        Version = version;
    }

    public string Uid => _map.Metadata.Uid;

    /// <summary>A random id, created with the table's first version; empty before.</summary>
    public string Table => _data.TryGetValue("table", out var table) ? table : "";

    public int Version { get; }

    public string Etag => EtagOf(Version);

    public int RowCount => _data.Keys.Count(IsRow);

    /// <summary>Bytes of all values, which is what Kubernetes limits.</summary>
    public long Bytes => SizeOf(_data);

    /// <summary>The id of the commit that made this version; null before the first commit.</summary>
    public string? LastWriteId
    {
        get
        {
            try
            {
                return _data.TryGetValue("lastWrite", out var json) ? JsonSerializer.Deserialize(json, RowJson.Default.LastWrite)?.Id : null;
            }
            catch (JsonException)
            {
                // It only helps the writer. A manual edit of it does no harm.
                return null;
            }
        }
    }

    /// <summary>Reads a ConfigMap as the table of a cluster. A ConfigMap without data is version 0.</summary>
    /// <exception cref="KubernetesMembershipException">It is immutable, foreign or of another schema, or its version is no
    /// number.</exception>
    public static TableDocument Read(V1ConfigMap map, TableIdentity identity)
    {
        var place = $"ConfigMap {identity.Namespace}/{identity.Name}";
        if (map.Immutable is true)
        {
            throw Invalid($"{place} is immutable, which no membership table can be. Delete it, so that it is made again.");
        }

        if (map.Data is not { Count: > 0 } data)
        {
            return map.BinaryData is not { Count: > 0 }
                ? new TableDocument(map, identity, 0)
                : throw Foreign(place);
        }

        if (!data.TryGetValue("schema", out var schema))
        {
            throw Foreign(place);
        }

        if (schema != Schema)
        {
            throw Invalid($"{place} has schema '{schema}', but this version knows '{Schema}' only. Run the version that wrote it.");
        }

        if (Value("serviceId") != identity.ServiceId || Value("clusterId") != identity.ClusterId)
        {
            throw Invalid($"{place} belongs to service '{Value("serviceId")}', cluster '{Value("clusterId")}', not to service "
                + $"'{identity.ServiceId}', cluster '{identity.ClusterId}'. Give this cluster a ConfigMap of its own.");
        }

        return int.TryParse(Value("version") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new TableDocument(map, identity, version)
            : throw Invalid($"{place} has the version '{Value("version")}', which is no number. Restore it, or delete it and restart all silos.");

        string? Value(string key) => data.TryGetValue(key, out var value) ? value : null;
    }

    /// <summary>The values of a table besides its rows.</summary>
    /// <param name="identity">The table's cluster.</param>
    /// <param name="table">The table's id; empty for a new one.</param>
    /// <param name="version">The table's new version.</param>
    public static Dictionary<string, string?> Header(TableIdentity identity, string table, int version) => new()
    {
        ["table"] = table.Length > 0 ? table : Guid.NewGuid().ToString("n"),
        ["schema"] = Schema,
        ["serviceId"] = identity.ServiceId,
        ["clusterId"] = identity.ClusterId,
        ["version"] = version.ToString(CultureInfo.InvariantCulture),
    };

    public static long SizeOf(IDictionary<string, string> data) => data.Values.Sum(value => (long)Encoding.UTF8.GetByteCount(value));

    public string EtagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"{Uid}.{Table}.{version}");

    /// <summary>All rows by key.</summary>
    /// <exception cref="KubernetesMembershipException">A row cannot be read.</exception>
    public IEnumerable<KeyValuePair<string, SiloRow>> Rows() => _data.Where(pair => IsRow(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, Parse(pair.Key, pair.Value)));

    /// <summary>The row of a key, or null.</summary>
    /// <exception cref="KubernetesMembershipException">The row cannot be read.</exception>
    public SiloRow? Row(string key) => _data.TryGetValue(key, out var json) ? Parse(key, json) : null;

    /// <summary>
    /// The object to write: this one with some keys set, and keys with null removed. Labels and annotations stay as they were read.
    /// </summary>
    public V1ConfigMap With(IReadOnlyDictionary<string, string?> changes)
    {
        var data = new Dictionary<string, string>(_data);
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                data.Remove(key);
            }
            else
            {
                data[key] = value;
            }
        }

        return _map with { ApiVersion = "v1", Kind = "ConfigMap", Metadata = _map.Metadata with { ManagedFields = null }, Data = data };
    }

    private static bool IsRow(string key) => key.StartsWith(RowKey.Prefix, StringComparison.Ordinal);

    private static KubernetesMembershipException Invalid(string message, Exception? cause = null) => new(MembershipFailure.Invalid, message, cause);

    private static KubernetesMembershipException Foreign(string place) => Invalid(
        $"{place} holds data that is no membership table, and is left untouched. Give the table a ConfigMap of its own.");

    private SiloRow Parse(string key, string json)
    {
        try
        {
            var row = JsonSerializer.Deserialize(json, RowJson.Default.SiloRow) ?? throw new JsonException("It is null.");
            return RowKey.Of(row.ToEntry(null).SiloAddress) == key ? row : throw new JsonException($"It is the row of {row.Address}.");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or OverflowException)
        {
            throw Invalid(
                $"Key '{key}' of ConfigMap {_identity.Namespace}/{_identity.Name} is not this silo's row: {e.Message} "
                    + "Restore it, or remove the key if that silo is gone.",
                e);
        }
    }
}

/// <summary>Keeps the table within the limit of a ConfigMap. It drops only rows of dead silos.</summary>
internal static class SizeGuard
{
    /// <summary>From this size on a warning is logged.</summary>
    public const long WarnBytes = 512 * 1024;

    /// <summary>Above this size the oldest dead rows are dropped.</summary>
    public const long PruneBytes = 768 * 1024;

    /// <summary>Kubernetes' limit for the values of a ConfigMap.</summary>
    public const long MaxBytes = 1024 * 1024;

    /// <summary>The number of newest dead rows that always stay.</summary>
    public const int KeptDead = 200;

    /// <summary>The object to write, without the oldest dead rows if it is too large.</summary>
    /// <param name="map">The object to write.</param>
    /// <param name="identity">The table's cluster and names.</param>
    /// <param name="dropped">How many rows were dropped.</param>
    /// <exception cref="KubernetesMembershipException">It is too large even then.</exception>
    public static V1ConfigMap Fit(V1ConfigMap map, TableIdentity identity, out int dropped)
    {
        dropped = 0;
        if (TableDocument.SizeOf(map.Data) <= PruneBytes)
        {
            return map;
        }

        var dead = TableDocument.Read(map, identity).Rows()
            .Where(pair => pair.Value.Status is SiloStatus.Dead)
            .OrderByDescending(pair => pair.Value.LastHeard(null))
            .Skip(KeptDead)
            .Select(pair => pair.Key)
            .ToHashSet();
        dropped = dead.Count;
        var fitting = map with { Data = map.Data.Where(pair => !dead.Contains(pair.Key)).ToDictionary() };
        var size = TableDocument.SizeOf(fitting.Data);
        return size <= MaxBytes
            ? fitting
            : throw new KubernetesMembershipException(
                MembershipFailure.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The membership table {identity.Namespace}/{identity.Name} would hold {size} bytes; a ConfigMap holds {MaxBytes} at most. Run fewer silos in one cluster."));
    }
}
