using System.Text.Json;
using OrleansSie.Bench.Chaos.Mixing;

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
                    named.UnionWith(Segments(grain, json.RootElement));
                    break;
                case "cluster-index":
                    figures.Index.UnionWith(Items(json.RootElement, "c").Select(c => c.GetString()!));
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

    private static Standings StandingsOf(JsonElement instance)
    {
        var standings = new Standings();
        standings.Counted.AddRange(Items(instance, "c").Select(id => id.GetString()!));
        foreach (var open in Items(instance, "o"))
        {
            var list = Text(open, "s") switch
            {
                "" or "parked" or "unknown_instance" => standings.Parked,
                "not_gke" => standings.NotGke,
                _ => standings.Counting,
            };
            list.Add(Text(open, "i"));
        }

        return standings;
    }

    /// <summary>What an instance's record says that the register must have.</summary>
    private static void AddOpen(RegisterFigures register, string instance, JsonElement record)
    {
        foreach (var open in Items(record, "o"))
        {
            var id = $"{instance}:{Text(open, "i")}";
            var status = Text(open, "s");
            if (status is "" or "parked")
            {
                register.WaitingByInstances.Add(id);
            }
            else if (status is "unknown_instance" or "not_gke")
            {
                RegisterFigures.Add(register.OpenByInstances, status, 1);
                if (Text(open, "w") != status)
                {
                    register.Untold.Add(id);
                }
            }
        }
    }

    private static void AddShard(RegisterFigures register, JsonElement shard)
    {
        if (shard.TryGetProperty("i", out var interruptions))
        {
            register.Waiting.UnionWith(
                interruptions.EnumerateObject().Where(i => Text(i.Value, "s") == "waits").Select(i => $"{Text(i.Value, "n")}:{i.Name}"));
        }

        foreach (var day in Items(shard, "d"))
        {
            RegisterFigures.Add(register.Open, "unknown_instance", Number(day, "u"));
            RegisterFigures.Add(register.Open, "not_gke", Number(day, "g"));
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
