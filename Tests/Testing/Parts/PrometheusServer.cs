using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Testing.Parts;

/// <summary>A Prometheus of its own, which scrapes targets on loopback every second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private readonly HttpClient _http;
    private readonly Process _process;

    private PrometheusServer(Process process, int port)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}") };
    }

    /// <param name="folder">Its data.</param>
    /// <param name="targets">Host and port of each.</param>
    public static PrometheusServer Start(string folder, params IEnumerable<string> targets)
    {
        var program = Programs.Find("prometheus") ?? throw new PartMissingException("prometheus is missing: install it (Debian: apt-get install prometheus).");
        var port = LoopbackPorts.Free();
        var settings = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(settings, $"""
            global: {"{"}scrape_interval: 1s, scrape_timeout: 1s{"}"}
            scrape_configs:
              - job_name: sie
                static_configs: [{"{"}targets: [{string.Join(", ", targets.Select(t => $"'{t}'"))}]{"}"}]
            """);
        var process = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                $"--config.file={settings}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", "--enable-feature=exemplar-storage",
                $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", "--log.level=error",
            },
        })!;
        return new PrometheusServer(process, port);
    }

    /// <summary>The values of an expression now, by the text of their labels; empty while it does not answer.</summary>
    public async Task<Dictionary<string, double>> QueryAsync(string expression, CancellationToken cancellationToken)
    {
        if (await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}", cancellationToken) is not { } answer)
        {
            return [];
        }

        return answer.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            sample => sample.GetProperty("metric").GetRawText(),
            sample => double.Parse(sample.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));
    }

    /// <summary>The labels of the exemplars of a metric in the last hour.</summary>
    public async Task<List<string>> ExemplarsAsync(string metric, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var answer = await GetAsync(
            $"/api/v1/query_exemplars?query={metric}&start={(now - 3_600).ToString(CultureInfo.InvariantCulture)}&end={(now + 60).ToString(CultureInfo.InvariantCulture)}",
            cancellationToken);
        return answer is not { } found
            ? []
            : [.. found.GetProperty("data").EnumerateArray().SelectMany(s => s.GetProperty("exemplars").EnumerateArray()).Select(e => e.GetProperty("labels").GetRawText())];
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<JsonElement?> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK
                ? JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync(cancellationToken))
                : null;
        }
        catch (HttpRequestException)
        {
            // It has not started to listen.
            return null;
        }
    }
}
