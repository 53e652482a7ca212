using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Testing.Parts;

/// <summary>A Prometheus of its own, which scrapes targets on loopback every second, or serves what was loaded into its folder.</summary>
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
    public static PrometheusServer Start(string folder, params IEnumerable<string> targets) => Start(folder, targets, rules: "", lookback: "5m");

    /// <summary>Starts one that records by rules.</summary>
    /// <param name="rules">The file.</param>
    /// <param name="folder">Its data.</param>
    /// <param name="targets">Host and port of each.</param>
    public static PrometheusServer StartWithRules(string rules, string folder, IEnumerable<string> targets) => Start(folder, targets, rules, lookback: "5m");

    /// <summary>Starts one that scrapes nothing, on data that were loaded.</summary>
    /// <param name="folder">Its data.</param>
    /// <param name="lookback">How old a sample may be for a query.</param>
    public static PrometheusServer Open(string folder, TimeSpan lookback) =>
        Start(folder, [], rules: "", lookback.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s");

    /// <summary>Loads samples with times of their own into the data of one that is started later.</summary>
    /// <param name="folder">Its data.</param>
    /// <param name="openMetrics">The file of samples.</param>
    public static void Load(string folder, string openMetrics) =>
        SystemCommand.Output("promtool", $"tsdb create-blocks-from openmetrics {openMetrics} {DataIn(folder)}");

    /// <summary>Records by rules what it would have recorded each minute. One that is started later on the folder has it.</summary>
    public void Record(string folder, string rules, DateTimeOffset start, DateTimeOffset end) => SystemCommand.Output(
        "promtool",
        string.Create(
            CultureInfo.InvariantCulture,
            $"tsdb create-blocks-from rules --url={_http.BaseAddress} --start={start.ToUnixTimeSeconds()} --end={end.ToUnixTimeSeconds()} --output-dir={DataIn(folder)} {rules}"));

    /// <summary>Waits until it answers.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) =>
        Eventually.IsAsync(() => GetAsync("/api/v1/query?query=1", cancellationToken), answer => answer is not null);

    /// <summary>The values of an expression, by the text of their labels; empty while it does not answer.</summary>
    /// <param name="expression">An instant vector.</param>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    /// <param name="at">When; by default now.</param>
    public async Task<Dictionary<string, double>> QueryAsync(string expression, CancellationToken cancellationToken, DateTimeOffset? at = null)
    {
        var time = at is { } then ? $"&time={then.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}" : "";
        if (await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}{time}", cancellationToken) is not { } answer)
        {
            return [];
        }

        return answer.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            sample => sample.GetProperty("metric").GetRawText(), sample => ValueOf(sample.GetProperty("value")));
    }

    /// <summary>The values of an expression over a time, as the API answers them.</summary>
    public async Task<JsonElement> QueryRangeAsync(string expression, DateTimeOffset start, DateTimeOffset end, TimeSpan step, CancellationToken cancellationToken)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"start={start.ToUnixTimeSeconds()}&end={end.ToUnixTimeSeconds()}&step={step.TotalSeconds}");
        return await GetAsync($"/api/v1/query_range?query={Uri.EscapeDataString(expression)}&{range}", cancellationToken) is { } answer
            ? answer.GetProperty("data").GetProperty("result")
            : throw new InvalidOperationException($"Prometheus does not answer {expression}");
    }

    /// <summary>The number in a pair of time and value.</summary>
    public static double ValueOf(JsonElement pair) => double.Parse(pair[1].GetString()!.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);

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

    private static PrometheusServer Start(string folder, IEnumerable<string> targets, string rules, string lookback)
    {
        var program = Programs.Find("prometheus") ?? throw new PartMissingException("prometheus is missing: install it (Debian: apt-get install prometheus).");
        var port = LoopbackPorts.Free();
        var settings = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(settings, $"""
            global: {"{"}scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s{"}"}
            rule_files: [{(rules.Length > 0 ? $"'{rules}'" : "")}]
            scrape_configs:
              - job_name: sie
                static_configs: [{"{"}targets: [{string.Join(", ", targets.Select(t => $"'{t}'"))}]{"}"}]
            """);
        var process = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                $"--config.file={settings}", $"--storage.tsdb.path={DataIn(folder)}", "--storage.tsdb.retention.time=100y", $"--query.lookback-delta={lookback}",
                "--enable-feature=exemplar-storage", $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", "--log.level=error",
            },
        })!;
        return new PrometheusServer(process, port);
    }

    private static string DataIn(string folder) => Path.Combine(folder, "tsdb");

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
