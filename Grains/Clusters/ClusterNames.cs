using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>The index's record: the names of all clusters, and which activation of the index speaks for them.</summary>
internal sealed class ClusterNames
{
    private readonly DurableState<ClusterIndexState> _state;
    private readonly GroupCommit _commit;
    private readonly Dictionary<string, int> _durable = [];
    private readonly string _owner = Guid.NewGuid().ToString("n");
    private readonly HashSet<int> _taken = [];
    private int _lowest;
    private bool _isRead;

    public ClusterNames(IGrainContext context, IGrainStorage storage)
    {
        _state = new DurableState<ClusterIndexState>("cluster-index", context, storage);
        _commit = new GroupCommit(WriteAsync);
    }

    /// <summary>The names that the store has acknowledged.</summary>
    public IReadOnlyCollection<string> Durable => _durable.Keys;

    public async Task LoadAsync()
    {
        await _state.LoadAsync();
        if (!_isRead)
        {
            _isRead = true;
            TakeDurable(_state.Value.Clusters);
            _taken.UnionWith(_durable.Values);
        }
    }

    public bool Contains(string cluster) => _durable.ContainsKey(cluster);

    /// <summary>A cluster's place, once its name is durable.</summary>
    public int PlaceOf(string cluster) => _durable.GetValueOrDefault(cluster);

    /// <summary>When it returns, the store has acknowledged the name.</summary>
    public async Task AddAsync(string cluster)
    {
        if (!_durable.ContainsKey(cluster))
        {
            _state.ThrowIfPoisoned();
            if (!_state.Value.Clusters.ContainsKey(cluster))
            {
                _state.Value.Clusters.Add(cluster, new NamedCluster { Place = FreePlace() });
            }

            await _commit.CommitAsync();
        }
    }

    public async Task RemoveAsync(string cluster)
    {
        _state.ThrowIfPoisoned();
        if (_state.Value.Clusters.Remove(cluster, out var named))
        {
            _taken.Remove(named.Place);
            _lowest = Math.Min(_lowest, named.Place);
        }

        _durable.Remove(cluster);
        await _commit.CommitAsync();
    }

    /// <summary>Writes that this activation is the one that answers: any other finds that when it next reads the record.</summary>
    public async Task ClaimAsync()
    {
        _state.ThrowIfPoisoned();
        _state.Value.Owner = _owner;
        await _commit.CommitAsync();
    }

    /// <summary>
    /// Another activation may have written names after this one read them, or claimed the record, while the cluster was changing; or the
    /// store was set back to fewer names. Then this one must not go on answering.
    /// </summary>
    /// <param name="isClaiming">Says whether a claim is under way.</param>
    /// <exception cref="StateUnavailableException">One of these is so; this activation ends.</exception>
    public async Task LeaveIfBehindAsync(Func<bool> isClaiming)
    {
        await _commit.WhenCoveredAsync();
        var (owner, claiming, before) = (_state.Value.Owner, isClaiming(), _durable.Keys.ToHashSet());
        var stored = await _state.ReadStoredAsync();
        var isOthers = !claiming && stored.Owner != owner && stored.Owner != _owner;
        var hasMore = stored.Clusters.Keys.Any(name => !before.Contains(name) && !_state.Value.Clusters.ContainsKey(name));
        var hasLess = before.Any(name => _durable.ContainsKey(name) && !stored.Clusters.ContainsKey(name));
        if (isOthers || hasMore || hasLess)
        {
            throw _state.LeftBehind();
        }
    }

    private async Task WriteAsync()
    {
        var names = _state.Value.Clusters.ToArray();
        await _state.WriteAsync();
        TakeDurable(names.Where(name => _state.Value.Clusters.ContainsKey(name.Key)));
    }

    private void TakeDurable(IEnumerable<KeyValuePair<string, NamedCluster>> names)
    {
        foreach (var (name, named) in names)
        {
            _durable[name] = named.Place;
        }
    }

    private int FreePlace()
    {
        while (!_taken.Add(_lowest))
        {
            _lowest++;
        }

        return _lowest;
    }
}

/// <summary>What is stored of the index: which clusters there are. Their counts are asked of them.</summary>
internal sealed class ClusterIndexState : IVersionedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>The clusters by their keys as text.</summary>
    [JsonPropertyName("c")]
    public Dictionary<string, NamedCluster> Clusters { get; set; } = [];

    /// <summary>The activation that claimed the record last; null before the first claim.</summary>
    [JsonPropertyName("o")]
    public string? Owner { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>What the index stores of a cluster.</summary>
internal sealed class NamedCluster
{
    /// <summary>A number that no other has, the lowest that was free.</summary>
    [JsonPropertyName("p")]
    public int Place { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
