using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;

namespace OrleansSie.Silo.Totals;

/// <summary>This silo's copy of the nodes of all projects that are listed. A project's figures never go back unless the store has lost commits.</summary>
internal sealed class NodeSnapshots
{
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, NodeSnapshot> _projects = [];
    private readonly InventoryPlan _plan;
    private readonly IGrainFactory _grains;
    private readonly ClusterSeries _series;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeSnapshots> _logger;
    private readonly SharedRefresh _refresh;
    private long? _askedAt;

    public NodeSnapshots(InventoryPlan plan, IGrainFactory grains, ClusterSeries series, TimeProvider time, ILogger<NodeSnapshots> logger)
    {
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
        if (_askedAt is not { } at || _time.GetElapsedTime(at) >= _maxAge)
        {
            await SharedRefresh.WaitAsync(_refresh.Join(), _time, cancellationToken);
        }
    }

    /// <summary>As <see cref="CatchUpAsync"/>, or gives up waiting after two seconds.</summary>
    public Task ConfirmAsync(CancellationToken cancellationToken) => SharedRefresh.WaitAsync(CatchUpAsync(), _time, cancellationToken);

    /// <summary>Reads every project again, whatever the copy's age. The copy then holds all that any silo read in this way before this call.</summary>
    /// <returns>Whether every project answered.</returns>
    public Task<bool> CatchUpAsync() => _refresh.Begin();

    private async Task<bool> FetchAsync(bool confirm)
    {
        var asked = _time.GetTimestamp();
        try
        {
            var answers = await Task.WhenAll(_plan.Projects.Select(project => AskAsync(project, confirm)));
            var isNew = false;
            foreach (var answer in answers)
            {
                isNew |= _projects.GetValueOrDefault(answer.Project)?.Version != answer.Version;
                _projects[answer.Project] = answer;
            }

            if (isNew)
            {
                _series.Show([.. _projects.Values]);
            }

            _askedAt = asked;
            return true;
        }
        catch (Exception e)
        {
            // A scrape must be answered in every state of the cluster: the last complete copy is served.
            _logger.NodesUnread(e);
            return false;
        }
    }

    private Task<NodeSnapshot> AskAsync(string project, bool confirm) =>
        _grains.GetGrain<INodesGrain>(project).GetSnapshot(_projects.GetValueOrDefault(project)?.Version ?? 0, confirm);
}
