using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Web;

/// <summary>What a silo serves over HTTP: metrics, health, and a plain page that links to them.</summary>
internal static class WebEndpoints
{
    private static readonly string[] _reads = [HttpMethods.Get, HttpMethods.Head];

    public static void MapSilo(this WebApplication app, SieOptions options)
    {
        var documents = app.Services.GetRequiredService<MetricsDocuments>();
        app.MapMethods(options.Prometheus.Path, _reads, documents.ServeAllAsync);
        app.MapMethods(options.Prometheus.ClusterPath, _reads, documents.ServeClusterWideAsync);
        app.MapMethods("/healthz/live", _reads, () => Results.Text("live\n"));
        app.MapMethods("/healthz/ready", _reads, ReadyAsync);
        app.MapMethods("/", _reads, () => Results.Content(LandingPage.Html(options), "text/html; charset=utf-8"));
    }

    private static async Task<IResult> ReadyAsync(
        ClusterSnapshots snapshots, Readiness readiness, IHostApplicationLifetime lifetime, CancellationToken cancel)
    {
        await snapshots.RefreshOnceStartedAsync(lifetime, cancel);
        var faults = readiness.Faults();
        return faults.Count == 0
            ? Results.Text(string.Concat(readiness.Warnings().Prepend("ready").Select(line => line + "\n")))
            : Results.Text($"not ready\n{string.Join('\n', faults)}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Before the silo has joined there is no grain to ask.</summary>
    private static Task RefreshOnceStartedAsync(this ClusterSnapshots snapshots, IHostApplicationLifetime lifetime, CancellationToken cancel) =>
        lifetime.ApplicationStarted.IsCancellationRequested ? snapshots.RefreshAsync(cancel) : Task.CompletedTask;
}
