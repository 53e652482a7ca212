using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>The interruptions counted under one set of labels.</summary>
internal sealed class TotalRow : PoolRow
{
    private PoolLabels? _labels;
    private PoolTotal? _total;
    private Entry? _last;

    [JsonPropertyName("r")]
    public string Reason { get; set; } = "";

    [JsonPropertyName("l")]
    public bool AtLimit { get; set; }

    [JsonPropertyName("c")]
    public long Count { get; set; }

    /// <summary>When the last of them happened, Unix milliseconds; 0 without any.</summary>
    [JsonPropertyName("t")]
    public long LastAt { get; set; }

    /// <summary>How many instances had lived for how long, by the bounds of <see cref="Interfaces.Lifetimes"/>.</summary>
    [JsonPropertyName("h")]
    public SortedDictionary<long, long> Lifetimes { get; set; } = [];

    /// <summary>How many instances had a known age.</summary>
    [JsonPropertyName("n")]
    public long Aged { get; set; }

    /// <summary>The sum of their ages in seconds.</summary>
    [JsonPropertyName("a")]
    public long Ages { get; set; }

    /// <summary>Its <see cref="RecentLosses"/>: the first minute, then the losses of each minute from that one on. Empty without any.</summary>
    [JsonPropertyName("w")]
    public List<long> Recent { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>What the key of an instance of this zone and the cluster's project begins with.</summary>
    [JsonIgnore]
    public string InstancePrefix { get; set; } = "";

    /// <summary>A row of these labels with nothing counted yet.</summary>
    public static TotalRow Of(PoolLabels labels, long since) => new()
    {
        _labels = labels,
        Pool = labels.Pool,
        Reason = labels.Reason,
        AtLimit = labels.AtLimit,
        Since = since,
    };

    public PoolLabels Labels() => _labels ??= new(Pool, Reason, AtLimit);

    /// <summary>Counts one interruption.</summary>
    /// <param name="entry">The interruption.</param>
    /// <param name="minute">The Unix minute of now.</param>
    public void Take(Entry entry, long minute)
    {
        Count++;
        _total = null;
        if (Labels().IsLoss)
        {
            Lose(Math.Min(minute, RecentLosses.MinuteOf(entry.At)), minute);
        }

        if (entry.At >= LastAt)
        {
            (LastAt, _last) = (entry.At, entry);
        }

        if (entry.Age is { } age)
        {
            if (Interfaces.Lifetimes.PlaceOf(age) is var place && place < Interfaces.Lifetimes.Bounds.Count)
            {
                var bound = Interfaces.Lifetimes.Bounds[place];
                Lifetimes[bound] = Lifetimes.GetValueOrDefault(bound) + 1;
            }

            Aged++;
            Ages += age;
        }
    }

    /// <summary>What may leave the cluster once the store has acknowledged it.</summary>
    public PoolTotal Total() => _total ??= new PoolTotal(
        Labels(),
        Count,
        DateTimeOffset.FromUnixTimeSeconds(Since),
        Aged == 0 ? Interfaces.Lifetimes.None : new Lifetimes(new Dictionary<long, long>(Lifetimes), Aged, Ages),
        LastAt == 0
            ? null
            : new LastInterruption(
                DateTimeOffset.FromUnixTimeMilliseconds(LastAt),
                _last is null ? "" : _last.Instance[(_last.Instance.LastIndexOf('/') + 1)..],
                _last?.Operation ?? ""))
    {
        Recent = Recent.Count == 0 ? RecentLosses.None : new RecentLosses(Recent[0], Recent[1..]),
    };

    /// <summary>Counts a loss of a minute that is not over for longer than any window, and forgets what is.</summary>
    private void Lose(long lost, long now)
    {
        var oldest = now - RecentLosses.Minutes;
        if (lost < oldest)
        {
            return;
        }

        // Most come in a minute that has one.
        if (Recent.Count > 1 && Recent[0] >= oldest && lost - Recent[0] is >= 0 and var place && place < Recent.Count - 1)
        {
            Recent[(int)place + 1]++;
            return;
        }

        var counts = new long[RecentLosses.Minutes + 1];
        for (var i = 1; i < Recent.Count; i++)
        {
            var minute = Recent[0] + i - 1;
            if (minute >= oldest && minute <= now)
            {
                counts[minute - oldest] = Recent[i];
            }
        }

        counts[lost - oldest]++;
        var first = Array.FindIndex(counts, count => count > 0);
        Recent = [oldest + first, .. counts[first..(Array.FindLastIndex(counts, count => count > 0) + 1)]];
    }
}
