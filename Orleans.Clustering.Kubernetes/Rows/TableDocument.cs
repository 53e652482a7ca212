using System.Globalization;
using System.Text;
using System.Text.Json;
using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// One reading of the table's ConfigMap. Its etag is made of the object's uid, the table's own id and its version: it changes with every
/// commit, and with nothing else, so that neither heartbeats nor somebody's labels spoil what was read before, and a table made again, or
/// emptied and filled anew, never has an etag of the one before.
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

    /// <summary>Made by chance with the table's first version; empty before.</summary>
    public string Table => _data.TryGetValue("table", out var table) ? table : "";

    public int Version { get; }

    public string Etag => EtagOf(Version);

    public int RowCount => _data.Keys.Count(IsRow);

    /// <summary>Bytes of all values, which is what Kubernetes limits.</summary>
    public long Bytes => SizeOf(_data);

    /// <summary>The id of the commit that made this version, or null before the first one.</summary>
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
                // It is only a help for the writer; whoever edited it by hand has done no harm.
                return null;
            }
        }
    }

    /// <summary>Reads a ConfigMap as the table of a cluster. One without data is the table's version 0.</summary>
    /// <exception cref="KubernetesMembershipException">It is immutable, somebody else's, of another schema, or its version no number.</exception>
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

    /// <summary>What every table holds besides its rows.</summary>
    /// <param name="identity">Whose it is.</param>
    /// <param name="table">The table's id; empty for a new one.</param>
    /// <param name="version">The version it gets.</param>
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

    /// <summary>The object to write: this one with some keys set, and those with null removed. Labels and the like stay as they were read.</summary>
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
