using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Nodes;

/// <summary>One project's nodes. Only a listing writes: once, whatever it found.</summary>
[GrainType("nodes")]
internal sealed class NodesGrain : Grain, INodesGrain
{
    // A listing takes minutes; clocks differ by seconds. Time that a wrong clock counted would never leave the counters.
    private static readonly TimeSpan _farOff = TimeSpan.FromHours(1);

    private readonly DurableState<NodesState> _state;
    private readonly GroupCommit _commit;
    private readonly TimeProvider _time;
    private readonly string _project;
    private NodeSnapshot? _durable;

    public NodesGrain(
        [FromKeyedServices(StateStore.Name)] IGrainStorage storage,
        IGrainContext context,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _time = time;
        _state = new DurableState<NodesState>("nodes", context, storage);
        _commit = new GroupCommit(WriteAsync);
        _project = context.GrainId.Key.ToString()!;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> GetListed()
    {
        await LoadAsync();
        _state.ThrowIfPoisoned();
        return _state.Value.Listed();
    }

    public async Task Take(NodeListing listing)
    {
        await LoadAsync();
        _state.ThrowIfPoisoned();
        if ((listing.At - _time.GetUtcNow()).Duration() > _farOff)
        {
            throw new InvalidOperationException($"A listing of {listing.At:u} came at {_time.GetUtcNow():u}: check the clocks of the machines.");
        }

        await (NodeTally.Take(_state.Value, listing) ? _commit.CommitAsync() : _commit.WhenCoveredAsync());
    }

    public async Task<NodeSnapshot> GetSnapshot(long knownVersion, bool confirm)
    {
        await LoadAsync();

        // Without a record nothing was listed, and this call makes none. Read once: the first write may end in between.
        var exists = _state.Exists;
        await Acknowledged.ReachAsync(_state, _commit, () => _durable!.Version, exists ? knownVersion : 0, confirm || !exists);
        return _durable!;
    }

    public async Task<NodeSnapshot> GetClusterNodes(string cluster)
    {
        await LoadAsync();
        return _durable! with { Nodes = [.. _durable!.Nodes.Where(node => node.Labels.Cluster == cluster)] };
    }

    private async Task LoadAsync()
    {
        await _state.LoadAsync();
        _durable ??= Snapshot();
    }

    private async Task WriteAsync()
    {
        _state.Value.Version++;
        var snapshot = Snapshot();
        await _state.WriteAsync();
        _durable = snapshot;
    }

    private NodeSnapshot Snapshot() => new(
        _project, _state.Value.Version, [.. _state.Value.Rows.Select(row => row.Total())], _state.Value.Listed());
}
