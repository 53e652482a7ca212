using OrleansSie.Silo.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Web;

/// <summary>
/// The two documents of metrics. One is this silo's: what it knows at this moment. The other is the whole cluster's and the same whoever
/// answers, so that it can be scraped through a Service as one target: what it shows is no older than the request, so no series in it
/// ever goes back, and a silo that cannot say so answers 503 instead.
/// </summary>
internal sealed class MetricsDocuments
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly MetricsRegistry _metrics;
    private readonly ClusterSnapshots _clusters;
    private readonly ParkedSnapshots _parked;
    private readonly AttributionSeries _attribution;
    private readonly ProcessSeries _process;
    private readonly MembershipSeries _membership;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;

    public MetricsDocuments(
        MetricsRegistry metrics,
        ClusterSnapshots clusters,
        ParkedSnapshots parked,
        AttributionSeries attribution,
        ProcessSeries process,
        MembershipSeries membership,
        IHostApplicationLifetime lifetime,
        TimeProvider time)
    {
        _metrics = metrics;
        _clusters = clusters;
        _parked = parked;
        _attribution = attribution;
        _process = process;
        _membership = membership;
        _lifetime = lifetime;
        _time = time;
    }

    // Before the silo has joined there is no grain to ask.
    private bool HasJoined => _lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>Everything, with the last complete copy of the counts where a newer one cannot be had at once.</summary>
    public async Task ServeAllAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        if (HasJoined)
        {
            await Task.WhenAll(_clusters.RefreshAsync(cancel), _parked.RefreshAsync(cancel));
        }

        _attribution.Update();
        _process.Update();
        _membership.Update();
        http.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        await _metrics.WriteAsync(http.Response.Body, cancel);
    }

    /// <summary>The cluster-wide series alone, read anew; 503 with a sentence where they cannot be.</summary>
    public async Task ServeClusterWideAsync(HttpContext http)
    {
        if (await WhyNotAsync(http.RequestAborted) is { } why)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync(why + "\n", http.RequestAborted);
            return;
        }

        _attribution.Update();
        http.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        await _metrics.WriteClusterWideAsync(http.Response.Body, http.RequestAborted);
    }

    private async Task<string?> WhyNotAsync(CancellationToken cancel)
    {
        if (!HasJoined)
        {
            return "this silo has not joined its cluster yet";
        }

        var (clusters, parked) = (_clusters.CatchUpAsync(), _parked.CatchUpAsync());
        Task both = Task.WhenAll(clusters, parked);
        await both.WaitAsync(_patience, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return clusters is not { IsCompletedSuccessfully: true, Result: true }
            ? $"the counts cannot be read: {_clusters.LastError ?? "the cluster index does not answer"}"
            : parked is not { IsCompletedSuccessfully: true, Result: true }
            ? "the register of interruptions without a cluster cannot be read; the log has the cause"
            : null;
    }
}
