using System.Text.Json;
using OrleansSie.Testing;

namespace OrleansSie.Tests.Metrics;

/// <summary>The panels of monitoring/dashboard.json, with every GKE cluster chosen.</summary>
internal static class Dashboard
{
    /// <param name="rateInterval">What stands for <c>$__rate_interval</c>.</param>
    /// <param name="range">What stands for <c>$__range</c>.</param>
    public static IReadOnlyList<Panel> Read(string rateInterval, string range)
    {
        using var file = JsonDocument.Parse(Repository.Read("monitoring/dashboard.json"));
        return [.. file.RootElement.GetProperty("panels").EnumerateArray().Select(panel => Panel.Read(panel.Clone(), rateInterval, range))];
    }

    /// <summary>A panel, in units of Grafana's grid of 24 columns.</summary>
    internal sealed record Panel(string Title, string Type, int X, int Y, int Width, int Height, string Unit, JsonElement Json, IReadOnlyList<Target> Targets)
    {
        public static Panel Read(JsonElement panel, string rateInterval, string range)
        {
            var place = panel.GetProperty("gridPos");
            var targets = panel.TryGetProperty("targets", out var all) ? all.EnumerateArray().ToArray() : [];
            return new Panel(
                panel.GetProperty("title").GetString()!,
                panel.GetProperty("type").GetString()!,
                place.GetProperty("x").GetInt32(),
                place.GetProperty("y").GetInt32(),
                place.GetProperty("w").GetInt32(),
                place.GetProperty("h").GetInt32(),
                panel.TryGetProperty("fieldConfig", out var fields) ? fields.GetProperty("defaults").GetProperty("unit").GetString()! : "none",
                panel,
                [
                    .. targets.Select(target => new Target(
                        target.GetProperty("refId").GetString()!,
                        target.GetProperty("expr").GetString()!.Replace("$cluster", ".*", StringComparison.Ordinal)
                            .Replace("$__rate_interval", rateInterval, StringComparison.Ordinal).Replace("$__range", range, StringComparison.Ordinal),
                        target.TryGetProperty("legendFormat", out var legend) ? legend.GetString()! : "")),
                ]);
        }
    }

    /// <summary>A query of a panel.</summary>
    internal sealed record Target(string Id, string Expression, string Legend);
}
