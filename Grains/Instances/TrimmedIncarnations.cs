using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// Which cluster a numeric id belongs to, for the lives of a name that are no longer kept: an interruption that arrives late is counted in the
/// cluster of its id all the same. An id stays for the retention, and no more than 10,000 stay.
/// </summary>
internal sealed class TrimmedIncarnations
{
    private const int MaxIds = 10_000;

    private readonly InstanceState _state;

    public TrimmedIncarnations(InstanceState state)
    {
        _state = state;
    }

    /// <summary>Takes the id of a life that is removed, if it was described.</summary>
    public void Add(Incarnation life, DateTimeOffset now)
    {
        if (life is not { Id: { } id, IsDescribed: true })
        {
            return;
        }

        var (cluster, day) = (life.Cluster ?? "", DayOf(now));
        var groups = _state.Trimmed ??= [];
        var group = groups.FindLast(g => g.Cluster == cluster && g.Day == day);
        if (group is null)
        {
            groups.Add(group = new TrimmedIds { Cluster = cluster, Day = day });
        }

        group.Ids.Add(id);
    }

    /// <summary>Removes the ids of days that are over, and the oldest above the bound.</summary>
    public void Trim(DateTimeOffset now, TimeSpan retention)
    {
        if (_state.Trimmed is not { } groups)
        {
            return;
        }

        var firstDay = DayOf(now - retention);
        groups.RemoveAll(g => g.Day < firstDay);
        for (var above = groups.Sum(g => g.Ids.Count) - MaxIds; above > 0;)
        {
            var leaving = Math.Min(above, groups[0].Ids.Count);
            groups[0].Ids.RemoveRange(0, leaving);
            above -= leaving;
            RemoveIfEmpty(groups[0]);
        }

        _state.Trimmed = groups.Count > 0 ? groups : null;
    }

    /// <summary>The cluster of an id; empty if it belongs to none, null if nothing is known.</summary>
    public string? ClusterOf(ulong id) => _state.Trimmed?.Find(g => g.Ids.Contains(id))?.Cluster;

    /// <summary>As <see cref="ClusterOf"/>; the id is removed, since its life is kept again.</summary>
    public string? Take(ulong id)
    {
        var group = _state.Trimmed?.Find(g => g.Ids.Remove(id));
        RemoveIfEmpty(group);
        return group?.Cluster;
    }

    private void RemoveIfEmpty(TrimmedIds? group)
    {
        if (group is { Ids.Count: 0 })
        {
            _state.Trimmed!.Remove(group);
        }
    }

    private static int DayOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / (24 * 60 * 60));
}

/// <summary>The ids of one cluster's lives that left a record on one day.</summary>
internal sealed class TrimmedIds
{
    /// <summary>Text of the cluster's key; empty for lives of no cluster.</summary>
    [JsonPropertyName("k")]
    public string Cluster { get; set; } = "";

    /// <summary>Days since 1970, UTC.</summary>
    [JsonPropertyName("d")]
    public int Day { get; set; }

    [JsonPropertyName("i")]
    public List<ulong> Ids { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
