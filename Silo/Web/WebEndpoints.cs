using System.Net;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Totals;

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
        // Before the silo has joined there is no grain to ask.
        if (lifetime.ApplicationStarted.IsCancellationRequested)
        {
            await snapshots.RefreshAsync(cancel);
        }

        var faults = readiness.Faults();
        return faults.Count == 0
            ? Results.Text(string.Concat(readiness.Warnings().Prepend("ready").Select(line => line + "\n")))
            : Results.Text($"not ready\n{string.Join('\n', faults)}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The page at <c>/</c>.</summary>
internal static class LandingPage
{
    public static string Html(SieOptions options)
    {
        var path = WebUtility.HtmlEncode(options.Prometheus.Path);
        var projects = string.Join(", ", options.Projects.Select(project => $"<strong>{WebUtility.HtmlEncode(project.Name)}</strong>"));
        return $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>OrleansSie</title></head>
            <body>
            <h1>OrleansSie {WebUtility.HtmlEncode(BuildVersion.Version)}</h1>
            <p>Spot interruptions of GKE clusters, counted exactly once.
            {(options.Projects.Count == 1 ? "Project" : "Projects")} {projects}{(options.IsLocal ? ", local mode" : "")}.</p>
            <ul>
            <li><a href="{path}">Metrics</a> of this silo</li>
            <li><a href="{WebUtility.HtmlEncode(options.Prometheus.ClusterPath)}">Metrics of the whole cluster</a>, the same on every silo</li>
            <li><a href="/healthz/ready">Ready</a>: is this silo doing its work, and if not, why</li>
            <li><a href="/healthz/live">Live</a></li>
            </ul>
            </body>
            </html>
            """;
    }
}
