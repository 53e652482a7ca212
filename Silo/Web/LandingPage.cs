using System.Net;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Web;

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
