using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Totals;

namespace OrleansSie.Silo.Web;

/// <summary>
/// The two documents of metrics. One holds what this silo knows at this moment. The other holds the counts of the whole cluster and is the
/// same on every silo, so that it can be scraped through a Service as one target. Its counts are no older than the request, so no series
/// goes back. A silo that cannot read them answers 503.
/// </summary>
internal sealed class MetricsDocuments
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly MetricsRegistry _metrics;
    private readonly ClusterSnapshots _clusters;
    private readonly UnattributedSnapshots _unattributed;
    private readonly NodeSnapshots _nodes;
    private readonly ClusterSeries _series;
    private readonly ProcessSeries _process;
    private readonly MembershipSeries _membership;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;

    public MetricsDocuments(
        MetricsRegistry metrics,
        ClusterSnapshots clusters,
        UnattributedSnapshots unattributed,
        NodeSnapshots nodes,
        ClusterSeries series,
        ProcessSeries process,
        MembershipSeries membership,
        IHostApplicationLifetime lifetime,
        TimeProvider time)
    {
        _metrics = metrics;
        _clusters = clusters;
        _unattributed = unattributed;
        _nodes = nodes;
        _series = series;
        _process = process;
        _membership = membership;
        _lifetime = lifetime;
        _time = time;
    }

    // Before the silo has joined there is no grain to ask.
    private bool HasJoined => _lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>Everything, with the last complete copy of the counts if a newer one cannot be read at once.</summary>
    public async Task ServeAllAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        if (HasJoined)
        {
            await Task.WhenAll(_clusters.RefreshAsync(cancel), _unattributed.RefreshAsync(cancel), _nodes.RefreshAsync(cancel));
        }

        _process.Update();
        _membership.Update();
        var form = Negotiation.Of(http.Request);
        http.Response.ContentType = Negotiation.ContentType(form);
        await _series.WriteToAsync(http.Response.Body, form, cancel);

        // In OpenMetrics it ends the document.
        await _metrics.WriteAsync(http.Response.Body, form, cancel);
    }

    /// <summary>The cluster-wide series alone, read anew; 503 with a sentence if that fails.</summary>
    public async Task ServeClusterWideAsync(HttpContext http)
    {
        if (await WhyNotAsync(http.RequestAborted) is { } why)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync(why + "\n", http.RequestAborted);
            return;
        }

        var form = Negotiation.Of(http.Request);
        http.Response.ContentType = Negotiation.ContentType(form);
        await _series.WriteToAsync(http.Response.Body, form, http.RequestAborted);
        await (form == ExpositionForm.text ? Task.CompletedTask : http.Response.WriteAsync("# EOF\n", http.RequestAborted));
    }

    private async Task<string?> WhyNotAsync(CancellationToken cancel)
    {
        if (!HasJoined)
        {
            return "this silo has not joined its cluster yet";
        }

        var (clusters, unattributed, nodes) = (_clusters.CatchUpAsync(), _unattributed.CatchUpAsync(), _nodes.CatchUpAsync());
        Task all = Task.WhenAll(clusters, unattributed, nodes);
        await all.WaitAsync(_patience, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return clusters is not { IsCompletedSuccessfully: true, Result: true }
            ? $"the counts cannot be read: {_clusters.LastError ?? "the cluster index does not answer"}"
            : unattributed is not { IsCompletedSuccessfully: true, Result: true }
            ? "the list of unattributed interruptions cannot be read; the log has the cause"
            : !nodes.IsCompletedSuccessfully
            ? "the counts of nodes cannot be read; the log has the cause"
            : null;
    }
}
