using System.Text.Json;
using OrleansSie.Bench.Chaos.Mixing;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>What the store holds, read as JSON and not with the silo's own types.</summary>
internal static class Audit
{
    /// <summary>Adds up all records; a record that is not of a known kind is an error.</summary>
    public static Figures Of(IEnumerable<StoredRecord> records)
    {
        var figures = new Figures();
        foreach (var record in records)
        {
            using var json = JsonDocument.Parse(record.Data);
            var parts = record.Key.Split('/', 3)[2];
            var end = parts.LastIndexOf('/');
            var grain = parts[(parts.IndexOf('/', StringComparison.Ordinal) + 1)..end];
            switch (parts[(end + 1)..])
            {
                case "instance":
                    figures.Instances.Add(grain, StandingsOf(json.RootElement));
                    AddOpen(figures.Register, grain, json.RootElement);
                    break;
                case "parked":
                    AddShard(figures.Register, json.RootElement);
                    break;
                case "pull-mark":
                    break;
                case "cluster":
                    AddCluster(figures, grain, json.RootElement);
                    break;
                case "cluster-index":
                    figures.Index.UnionWith(Items(json.RootElement, "clusters").Select(c => c.GetString()!));
                    break;
                case var sealedIds when sealedIds.StartsWith("counted-", StringComparison.Ordinal):
                    break;
                default:
                    throw new InvalidDataException($"The store holds a record that the audit does not know: {record.Key}");
            }
        }

        return figures;
    }

    private static Standings StandingsOf(JsonElement instance)
    {
        var standings = new Standings();
        standings.Counted.AddRange(Items(instance, "counted").Select(id => id.GetString()!));
        foreach (var open in Items(instance, "open"))
        {
            var list = Text(open, "status") switch
            {
                "" or "parked" or "unknown_instance" => standings.Parked,
                "not_gke" => standings.NotGke,
                _ => standings.Counting,
            };
            list.Add(Text(open, "id"));
        }

        return standings;
    }

    /// <summary>What an instance's record says that the register must have.</summary>
    private static void AddOpen(RegisterFigures register, string instance, JsonElement record)
    {
        foreach (var open in Items(record, "open"))
        {
            var id = $"{instance}:{Text(open, "id")}";
            var status = Text(open, "status");
            if (status is "" or "parked")
            {
                register.WaitingByInstances.Add(id);
            }
            else if (status is "unknown_instance" or "not_gke")
            {
                RegisterFigures.Add(register.OpenByInstances, status, 1);
                if (Text(open, "told") != status)
                {
                    register.Untold.Add(id);
                }
            }
        }
    }

    private static void AddShard(RegisterFigures register, JsonElement shard)
    {
        if (shard.TryGetProperty("interruptions", out var interruptions))
        {
            register.Waiting.UnionWith(
                interruptions.EnumerateObject().Where(i => Text(i.Value, "stage") == "waits").Select(i => $"{Text(i.Value, "instance")}:{i.Name}"));
        }

        foreach (var day in Items(shard, "days"))
        {
            RegisterFigures.Add(register.Open, "unknown_instance", Number(day, "unknownInstance"));
            RegisterFigures.Add(register.Open, "not_gke", Number(day, "notGke"));
        }

        register.Balance += Number(shard, "unknownInstance") + Number(shard, "notGke") - Number(shard, "reattributed");
    }

    private static void AddCluster(Figures figures, string cluster, JsonElement record)
    {
        figures.Add(cluster, null, 0);
        foreach (var row in Items(record, "totals"))
        {
            var reason = Text(row, "reason");
            var labels = Figures.Labels(
                Text(row, "nodePool"), Text(row, "zone"), Text(row, "machineType"), Text(row, "provisioningModel"), reason.Length > 0 ? reason : "preempted");
            figures.Add(cluster, labels, row.GetProperty("count").GetInt64());
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement record, string list) =>
        record.TryGetProperty(list, out var items) ? items.EnumerateArray() : default;

    private static long Number(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) ? value.GetInt64() : 0;

    private static string Text(JsonElement record, string member) =>
        record.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";
}
