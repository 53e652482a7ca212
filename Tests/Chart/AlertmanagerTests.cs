using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>A real Alertmanager with monitoring/alertmanager.yaml.</summary>
public sealed class AlertmanagerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [SystemFact]
    public async Task StormAndLostStore_KeepWhatFollowsFromThemQuiet_AndNoOthers()
    {
        var program = Programs.Find("prometheus-alertmanager") ?? Programs.Find("alertmanager");
        Assert.SkipWhen(program is null, "alertmanager is missing: install it (Debian: apt-get install prometheus-alertmanager).");
        using var folder = new TemporaryFolder();
        var address = $"127.0.0.1:{LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture)}";
        using var process = Process.Start(new ProcessStartInfo(
            program!,
            [
                $"--config.file={Repository.PathOf("monitoring/alertmanager.yaml")}", $"--storage.path={folder.Path}", $"--web.listen-address={address}",
                "--cluster.listen-address=", "--log.level=error",
            ]))!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://{address}/api/v2/") };
            JsonArray alerts =
            [
                Alert("SieClusterStorm", ("project_id", "p"), ("location", "l"), ("kubernetes_cluster", "stormy")),
                Alert("SieClusterStorm", ("project_id", "p"), ("location", "l"), ("another_label", "stormy")),
                Alert("SiePoolStorm", ("project_id", "p"), ("location", "l"), ("kubernetes_cluster", "stormy"), ("node_pool", "spot")),
                Alert("SiePoolStorm", ("project_id", "p"), ("location", "elsewhere"), ("kubernetes_cluster", "stormy"), ("node_pool", "spot")),
                Alert("KubeNodeNotReady", ("node", "a"), ("kubernetes_cluster", "stormy")),
                Alert("KubeNodeUnreachable", ("node", "b"), ("kubernetes_cluster", "stormy")),
                Alert("KubeNodeNotReady", ("node", "c"), ("kubernetes_cluster", "calm")),
                Alert("KubeNodeNotReady", ("node", "d")),
                Alert("KubePodCrashLooping", ("kubernetes_cluster", "stormy")),
                Alert("SieStoreUnavailable"),
                Alert("SieCountsStale", ("node", "e")),
                Alert("SieCircuitOpen", ("subscription", "s")),
                Alert("SieInventoryStale", ("node", "e")),
                Alert("SieLagging", ("subscription", "s")),
                Alert("SieSiloNotReady", ("node", "e")),
                Alert("SieBlind", ("subscription", "s")),
                Alert("SieDeliveriesFail", ("subscription", "s")),
            ];
            await Eventually.IsAsync(() => PostAsync(http, alerts), taken => taken);

            var quiet = await Eventually.IsAsync(() => InhibitedAsync(http, alerts.Count), found => found.Count > 0);

            Assert.Equal(
                ["KubeNodeNotReady a", "KubeNodeUnreachable b", "SieCircuitOpen s", "SieCountsStale e", "SieInventoryStale e", "SiePoolStorm l", "SieSiloNotReady e"],
                quiet.Order(StringComparer.Ordinal));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static JsonObject Alert(string name, params IEnumerable<(string Name, string Value)> labels) => new()
    {
        ["labels"] = new JsonObject([KeyValuePair.Create("alertname", (JsonNode?)name), .. labels.Select(label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value))]),
    };

    private static async Task<bool> PostAsync(HttpClient http, JsonArray alerts)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync("alerts", alerts, Cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It has not started to listen.
            return false;
        }
    }

    /// <summary>Name, and node, location or subscription, of each alert that another one keeps quiet; none while an alert is not processed yet.</summary>
    private static async Task<IReadOnlyList<string>> InhibitedAsync(HttpClient http, int count)
    {
        var alerts = (await http.GetFromJsonAsync<JsonArray>("alerts", Cancel))!;
        return alerts.Count < count || alerts.Any(alert => (string?)alert!["status"]!["state"] == "unprocessed")
            ? []
            : [.. alerts.Where(alert => alert!["status"]!["inhibitedBy"]!.AsArray().Count > 0).Select(alert => $"{alert!["labels"]!["alertname"]} {alert["labels"]!["node"] ?? alert["labels"]!["location"] ?? alert["labels"]!["subscription"]}")];
    }
}
