using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>What the store holds, read as JSON by docs/stored-form.md and not with the silo's own types.</summary>
internal static class Audit
{
    /// <summary>Adds up all records; a record that is not of a known kind is an error.</summary>
    public static Figures Of(IEnumerable<StoredRecord> records)
    {
        var figures = new Figures();
        var named = new HashSet<string>(StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            using var json = JsonDocument.Parse(record.Data);
            var parts = record.Key.Split('/', 3)[2];
            var end = parts.LastIndexOf('/');
            var grain = parts[(parts.IndexOf('/', StringComparison.Ordinal) + 1)..end];
            switch (parts[(end + 1)..])
            {
                case "instance":
                    figures.Instances.Add(grain, StatusesOf(json.RootElement));
                    AddOpen(figures.Register, grain, json.RootElement);
                    break;
                case "unattributed":
                    AddShard(figures.Register, json.RootElement);
                    break;
                case "pull-mark" or "nodes":
                    break;
                case "cluster":
                    AddCluster(figures, grain, json.RootElement);
                    named.UnionWith(Segments(grain, json.RootElement));
                    break;
                case "cluster-index":
                    figures.Index.UnionWith(json.RootElement.TryGetProperty("c", out var names) ? names.EnumerateObject().Select(name => name.Name) : []);
                    break;
                case var segment when segment.StartsWith("segment-", StringComparison.Ordinal):
                    written.Add($"{grain}/{segment}");
                    break;
                default:
                    throw new InvalidDataException($"The store holds a record that the audit does not know: {record.Key}");
            }
        }

        figures.LostSegments.UnionWith(named.Except(written));
        return figures;
    }

    private static InterruptionStatuses StatusesOf(JsonElement instance)
    {
        var statuses = new InterruptionStatuses();
        statuses.Counted.AddRange(Items(instance, "c").Select(id => id.GetString()!));
        foreach (var open in Items(instance, "o"))
        {
            var list = Text(open, "s") switch
            {
                "" or "waiting" or "unknown_instance" => statuses.Waiting,
                "not_gke" => statuses.NotGke,
                _ => statuses.Counting,
            };
            list.Add(Text(open, "i"));
        }

        return statuses;
    }

    /// <summary>What an instance's record says that the unattributed list must have.</summary>
    private static void AddOpen(UnattributedFigures register, string instance, JsonElement record)
    {
        foreach (var open in Items(record, "o"))
        {
            var id = $"{instance}:{Text(open, "i")}";
            var status = Text(open, "s");
            if (status is "" or "waiting")
            {
                register.WaitingByInstances.Add(id);
            }
            else if (status is "unknown_instance" or "not_gke")
            {
                UnattributedFigures.Add(register.OpenByInstances, status, 1);
                if (Text(open, "w") != status)
                {
                    register.Untold.Add(id);
                }
            }
        }
    }

    private static void AddShard(UnattributedFigures register, JsonElement shard)
    {
        if (shard.TryGetProperty("i", out var interruptions))
        {
            register.Waiting.UnionWith(
                interruptions.EnumerateObject().Where(i => Text(i.Value, "s") == "waiting").Select(i => $"{Text(i.Value, "n")}:{i.Name}"));
        }

        foreach (var day in Items(shard, "d"))
        {
            UnattributedFigures.Add(register.Open, "unknown_instance", Number(day, "u"));
            UnattributedFigures.Add(register.Open, "not_gke", Number(day, "g"));
        }

        register.Balance += Number(shard, "u") + Number(shard, "g") - Number(shard, "r");
    }

    private static void AddCluster(Figures figures, string cluster, JsonElement record)
    {
        figures.Add(cluster, null, 0);
        foreach (var row in Items(record, "t"))
        {
            var reason = Text(row, "r");
            var labels = Figures.Labels(Text(row, "p"), Text(row, "z"), Text(row, "m"), Text(row, "v"), reason.Length > 0 ? reason : "preempted");
            if (Number(row, "c") is var count and > 0)
            {
                figures.Add(cluster, labels, count);
            }

            if (Number(row, "n") is var aged and > 0)
            {
                var ages = figures.AgesOf(cluster, labels);
                ages.Seconds += Number(row, "a");
                ages.Counts[^1] += aged;
                foreach (var bucket in row.TryGetProperty("h", out var buckets) ? buckets.EnumerateObject() : default)
                {
                    ages.Counts[AgesOfRow.PlaceOf(long.Parse(bucket.Name, CultureInfo.InvariantCulture))] += bucket.Value.GetInt64();
                    ages.Counts[^1] -= bucket.Value.GetInt64();
                }
            }
        }
    }

    /// <summary>The segments in force.</summary>
    private static IEnumerable<string> Segments(string cluster, JsonElement record)
    {
        foreach (var run in Items(record, "g"))
        {
            for (var number = Math.Max(Number(run, "f"), Number(record, "f")); number <= Number(run, "t"); number++)
            {
                yield return $"{cluster}/segment-{Text(run, "a")}-{number}";
            }
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement record, string list) =>
        record.TryGetProperty(list, out var items) ? items.EnumerateArray() : default;

    private static long Number(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) ? value.GetInt64() : 0;

    private static string Text(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";
}

/// <summary>Reads every grain's record out of the store, past the silos; the silos' own probe is none.</summary>
internal static class StoreReading
{
    private const string Prefix = "orleans-sie/state/";
    private const int Batch = 500;

    public static Task<List<StoredRecord>> AllAsync(ChaosEnvironment environment) =>
        environment.Redis is { } redis ? OfRedisAsync(redis) : Task.FromResult(OfFile(environment.Data));

    private static async Task<List<StoredRecord>> OfRedisAsync(RedisServer redis)
    {
        await using var connection = await redis.ConnectAsync();
        var keys = connection.GetServers()[0].Keys(pattern: Prefix + "*", pageSize: 1_000).Distinct().ToList();
        var records = new List<StoredRecord>(keys.Count);
        foreach (var batch in keys.Chunk(Batch))
        {
            var values = await Task.WhenAll(batch.Select(key => connection.GetDatabase().HashGetAsync(key, "data")));
            records.AddRange(batch.Zip(values).Where(r => !r.Second.IsNull).Select(r => new StoredRecord(r.First.ToString(), (byte[])r.Second!)));
        }

        return records;
    }

    private static List<StoredRecord> OfFile(string folder)
    {
        var file = Path.Combine(folder, "state.db");
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key, data FROM state WHERE substr(key, 1, length($prefix)) = $prefix";
        command.Parameters.AddWithValue("$prefix", Prefix);
        using var reader = command.ExecuteReader();
        var records = new List<StoredRecord>();
        while (reader.Read())
        {
            records.Add(new StoredRecord(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        }

        return records;
    }
}

/// <summary>One record of the store.</summary>
/// <param name="Key">As the store has it: <c>{service}/state/{grain}/{record}</c>.</param>
/// <param name="Data">Its JSON.</param>
internal sealed record StoredRecord(string Key, byte[] Data);
