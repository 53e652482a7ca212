using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Totals;

/// <summary>This silo's copy of the nodes of all projects that are listed. A project's figures never go back unless the store has lost commits.</summary>
internal sealed class NodeSnapshots
{
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, NodeSnapshot> _projects = [];
    private readonly InventoryPlan _plan;
    private readonly IGrainFactory _grains;
    private readonly ClusterSeries _series;
    private readonly StoreHealth _store;
    private readonly GrainMetrics _grainMetrics;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeSnapshots> _logger;
    private readonly SharedRefresh _refresh;
    private long _askedAt;

    public NodeSnapshots(
        InventoryPlan plan,
        IGrainFactory grains,
        ClusterSeries series,
        StoreHealth store,
        GrainMetrics grainMetrics,
        TimeProvider time,
        ILogger<NodeSnapshots> logger)
    {
        _store = store;
        _grainMetrics = grainMetrics;
        _plan = plan;
        _grains = grains;
        _series = series;
        _time = time;
        _logger = logger;
        _refresh = new SharedRefresh(FetchAsync);
    }

    /// <summary>Brings the copy up to date, or gives up waiting after two seconds.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _askedAt) is var at && (at == 0 || _time.GetElapsedTime(at) >= _maxAge))
        {
            await SharedRefresh.WaitAsync(_refresh.Join(), _time, cancellationToken);
        }
    }

    /// <summary>As <see cref="CatchUpAsync"/>, or gives up waiting after two seconds.</summary>
    public Task ConfirmAsync(CancellationToken cancellationToken) => SharedRefresh.WaitAsync(CatchUpAsync(), _time, cancellationToken);

    /// <summary>Reads every project again, whatever the copy's age. The copy then holds all that any silo read in this way before this call.</summary>
    /// <returns>Always true: a project that does not answer is left out.</returns>
    public Task<bool> CatchUpAsync() => _refresh.Begin();

    private async Task<bool> FetchAsync(bool confirm)
    {
        var asked = _time.GetTimestamp();
        var isNew = false;
        foreach (var (project, answer) in _plan.Projects.Zip(await Task.WhenAll(_plan.Projects.Select(project => AskAsync(project, confirm)))))
        {
            // A project that cannot confirm its figures must neither go back nor keep the others from being shown: its series are left out.
            isNew |= answer is null ? confirm && _projects.Remove(project) : await TakeAsync(answer);
        }

        if (isNew)
        {
            _series.Show([.. _projects.Values]);
        }

        Volatile.Write(ref _askedAt, asked);
        return true;
    }

    private async Task<bool> TakeAsync(NodeSnapshot answer)
    {
        var known = _projects.GetValueOrDefault(answer.Project);
        if (known is not null && answer.HasLost(known))
        {
            if (!await _store.IsItselfAsync())
            {
                return false;
            }

            _grainMetrics.RolledBack();
            _logger.NodesRolledBack(answer.Project);
        }

        _projects[answer.Project] = answer;
        return known?.Version != answer.Version;
    }

    private async Task<NodeSnapshot?> AskAsync(string project, bool confirm)
    {
        try
        {
            return await _grains.GetGrain<INodesGrain>(project).GetSnapshot(_projects.GetValueOrDefault(project)?.Version ?? 0, confirm);
        }
        catch (Exception e)
        {
            // A scrape must be answered in every state of the cluster.
            _logger.NodesUnread(e, project);
            return null;
        }
    }
}
