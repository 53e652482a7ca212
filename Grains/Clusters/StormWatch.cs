using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Begins and ends the storms of a GKE cluster. A storm is in the cluster's record, so every silo and every later activation names the same.
/// Only losses of the last minutes begin one: a backlog that is drained after a downtime begins none. Where nodes are not listed there are none.
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
    public bool IsBusy =>
        _cluster().Storms.Count > 0 || _cluster().Totals.Sum(row => row.LossesFrom(Minute - LossShare.BeginMinutes)) >= _settings.MinLost;

    private long Minute => _clock.Now / 60;

    /// <summary>Looks at the losses, at most every five seconds.</summary>
    /// <returns>Whether the record changed.</returns>
    public async Task<bool> LookAsync()
    {
        if (!_look.IsDue || !IsBusy)
        {
            return false;
        }

        _look.Start();
        if (_listing is null || _ask.IsDue)
        {
            _listing = await _nodes();
            _ask.Start();
        }

        var nodes = _listing;
        var totals = _totals();
        var (before, minute) = (_cluster().Storms, Minute);
        List<StormRow> now = [];
        foreach (var pool in totals.Select(t => t.Labels.Pool.NodePool).Distinct().Append(null))
        {
            List<PoolTotal> lost = [.. totals.Where(t => pool is null || t.Labels.Pool.NodePool == pool)];
            List<NodeTotal> of = [.. nodes.Nodes.Where(n => pool is null || n.Labels.Pool.NodePool == pool)];
            var row = before.FirstOrDefault(s => s.Pool == pool);
            if (row is null ? Begin(pool, lost, of, nodes, minute) : Go(row, LossShare.Of(lost, of, nodes.Listed, minute, LossShare.EndMinutes)))
            {
                now.Add(row ?? StormRow.Of(pool, lost.Min(t => t.Recent.FirstFrom(minute - LossShare.BeginMinutes)) ?? minute));
            }
        }

        var isChanged = !now.SequenceEqual(before);
        _cluster().Storms = isChanged ? now : before;
        return isChanged;
    }

    /// <summary>A look failed.</summary>
    public void Fail(Exception exception) => _logger.StormLookFailed(exception, _key);

    private bool Begin(string? pool, List<PoolTotal> lost, List<NodeTotal> of, NodeSnapshot nodes, long minute)
    {
        var share = LossShare.Of(lost, of, nodes.Listed, minute, LossShare.BeginMinutes);
        var begins = share.Lost >= _settings.MinLost && share.Ratio >= _settings.BeginRatio;
        if (begins)
        {
            _logger.StormBegan(pool ?? "all", _key, share.Lost, share.Nodes);
        }

        return begins;
    }

    private bool Go(StormRow row, LossShare share)
    {
        var goesOn = share.Lost > 0 && share.Ratio >= _settings.EndRatio;
        if (!goesOn)
        {
            _logger.StormEnded(row.Pool ?? "all", _key, row.ToStorm().Since);
        }

        return goesOn;
    }
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
