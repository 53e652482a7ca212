using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Begins and ends the storms of a GKE cluster. A storm is in the cluster's record, so every silo and every later activation names the same.
/// Only losses of the last minutes begin one: a backlog that is drained after a downtime begins none. Where nodes are not listed there are none.
/// While the nodes cannot be read none begins, and one that is on ends when nothing was lost for the longer window. An old listing begins none,
/// and ends none.
/// </summary>
internal sealed class StormWatch
{
    private readonly Func<ClusterState> _cluster;
    private readonly Func<IReadOnlyList<PoolTotal>> _totals;
    private readonly Func<Task<NodeSnapshot>> _nodes;
    private readonly StormSettings _settings;
    private readonly ActivationClock _clock;
    private readonly Interval _look;
    private readonly Interval _ask;
    private readonly ILogger _logger;
    private readonly string _key;
    private NodeSnapshot? _listing;

    /// <param name="cluster">The cluster's record.</param>
    /// <param name="totals">What the store has acknowledged of its counts.</param>
    /// <param name="nodes">Reads its nodes.</param>
    /// <param name="settings">The thresholds.</param>
    /// <param name="time">The activation's clock.</param>
    /// <param name="logger">Is told of each storm.</param>
    /// <param name="key">The cluster's key as text.</param>
    public StormWatch(
        Func<ClusterState> cluster,
        Func<IReadOnlyList<PoolTotal>> totals,
        Func<Task<NodeSnapshot>> nodes,
        StormSettings settings,
        TimeProvider time,
        ILogger logger,
        string key)
    {
        _cluster = cluster;
        _totals = totals;
        _nodes = nodes;
        _settings = settings;
        _clock = new ActivationClock(time);
        _look = new Interval(time, TimeSpan.FromSeconds(5));
        _ask = new Interval(time, TimeSpan.FromSeconds(30));
        _logger = logger;
        _key = key;
    }

    /// <summary>Whether a storm is on or may begin.</summary>
    public bool IsBusy => _cluster().Storms.Count > 0
        || _totals().Sum(t => t.Recent.Between(_clock.WallMinute - LossShare.BeginMinutes, long.MaxValue)) >= _settings.MinLost;

    /// <summary>Looks at the losses, at most every five seconds, and writes what has begun or ended.</summary>
    /// <param name="commit">Writes the cluster's record.</param>
    public async Task LookAsync(Func<Task> commit)
    {
        if (!_look.IsDue || !IsBusy)
        {
            return;
        }

        _look.Start();
        await ListAsync();
        var before = _cluster().Storms;
        var checks = Check(before);
        List<StormRow> now = [.. checks.Select(check => check.Storm).OfType<StormRow>()];
        if (!now.SequenceEqual(before))
        {
            _cluster().Storms = now;
            await commit();
            Tell(before, checks);
        }
    }

    /// <summary>A look failed.</summary>
    public void LogFailure(Exception exception) => _logger.StormLookFailed(exception, _key);

    /// <summary>Reads the nodes. While that fails none are known.</summary>
    private async Task ListAsync()
    {
        if (_listing is not null && !_ask.IsDue)
        {
            return;
        }

        _listing = null;
        try
        {
            _listing = await _nodes();
            _ask.Start();
        }
        catch (Exception e)
        {
            LogFailure(e);
        }
    }

    /// <summary>Each node pool, and the whole GKE cluster, with the storm that is on from now on.</summary>
    private List<(string? Pool, LossShare Share, StormRow? Storm)> Check(IReadOnlyList<StormRow> before)
    {
        var (totals, minute) = (_totals(), _clock.WallMinute);
        var checks = new List<(string?, LossShare, StormRow?)>();
        foreach (var pool in totals.Select(t => t.Labels.Pool.NodePool).Distinct().Append(null))
        {
            List<PoolTotal> lost = [.. totals.Where(t => pool is null || t.Labels.Pool.NodePool == pool)];
            var storm = before.FirstOrDefault(s => s.Pool == pool);
            var share = storm is null
                ? ShareOf(pool, lost, minute, LossShare.BeginMinutes, _settings.ListingMinutes)
                : ShareOf(pool, lost, minute, LossShare.EndMinutes, int.MaxValue);
            var isOn = storm is null
                ? _listing is not null && share.Lost >= _settings.MinLost && share.Ratio >= _settings.BeginRatio
                : share.Lost > 0 && share.Ratio >= _settings.EndRatio;
            var first = lost.Min(t => t.Recent.FirstFrom(minute - LossShare.BeginMinutes)) ?? minute;
            checks.Add((pool, share, isOn ? storm ?? StormRow.Of(pool, first) : null));
        }

        return checks;
    }

    private LossShare ShareOf(string? pool, List<PoolTotal> lost, long minute, int minutes, int listingMinutes) => _listing is { } listing
        ? LossShare.Of(lost, listing.Nodes.Where(n => pool is null || n.Labels.Pool.NodePool == pool), listing.Listed, listingMinutes, minute, minutes)
        : new LossShare(lost.Sum(t => t.Recent.Between(minute - minutes, long.MaxValue)), 0);

    private void Tell(IReadOnlyList<StormRow> before, List<(string? Pool, LossShare Share, StormRow? Storm)> checks)
    {
        foreach (var (pool, share, storm) in checks)
        {
            if (storm is not null && !before.Contains(storm))
            {
                _logger.StormBegan(Where(pool), _key, share.Lost, Math.Max(share.Lost, share.Nodes));
            }
        }

        foreach (var row in before.Except(checks.Select(check => check.Storm)))
        {
            _logger.StormEnded(Where(row!.Pool), _key, row.ToStorm().Since);
        }
    }

    private static string Where(string? pool) => pool is null ? "all node pools" : $"node pool {pool}";
}

/// <summary>A storm as it is stored.</summary>
internal sealed class StormRow
{
    [JsonPropertyName("p")]
    public string NodePool { get; set; } = "";

    /// <summary>It is that of the whole GKE cluster.</summary>
    [JsonPropertyName("a")]
    public bool IsOfAll { get; set; }

    /// <summary>The Unix minute of its first loss.</summary>
    [JsonPropertyName("f")]
    public long First { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The node pool; null is the whole GKE cluster.</summary>
    [JsonIgnore]
    public string? Pool => IsOfAll ? null : NodePool;

    /// <summary>One that begins.</summary>
    public static StormRow Of(string? pool, long first) => new() { NodePool = pool ?? "", IsOfAll = pool is null, First = first };

    /// <summary>What leaves the cluster.</summary>
    public Storm ToStorm() => new(Pool, DateTimeOffset.FromUnixTimeSeconds(First * 60));
}
