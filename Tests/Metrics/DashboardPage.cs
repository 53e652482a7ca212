using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Tests.Metrics;

/// <summary>A page that draws the queries of the dashboard, in its layout, from a Prometheus. It is not Grafana: docs need a picture where none is.</summary>
internal sealed class DashboardPage
{
    private const int Column = 58;
    private const int Row = 27;
    private const int Gap = 8;
    private static readonly string[] _colors = ["#3274d9", "#e0752d", "#56a64b", "#8f3bb8", "#e02f44", "#0a7c8c", "#b8860b", "#7b8794"];
    private static readonly Dictionary<string, string> _names = new() { ["green"] = "#56a64b", ["red"] = "#e02f44", ["blue"] = "#3274d9" };

    private readonly StringBuilder _html = new();
    private readonly PrometheusServer _prometheus;
    private readonly DateTimeOffset _start;
    private readonly DateTimeOffset _end;
    private readonly CancellationToken _cancel;

    private DashboardPage(PrometheusServer prometheus, DateTimeOffset start, DateTimeOffset end, CancellationToken cancel) =>
        (_prometheus, _start, _end, _cancel) = (prometheus, start, end, cancel);

    /// <summary>Draws it into a PNG file, with headless Chromium.</summary>
    public static async Task DrawAsync(PrometheusServer prometheus, DateTimeOffset start, DateTimeOffset end, string picture, CancellationToken cancel)
    {
        var page = new DashboardPage(prometheus, start, end, cancel);
        var panels = Dashboard.Read(rateInterval: "5m", range: string.Create(CultureInfo.InvariantCulture, $"{(end - start).TotalSeconds}s"));
        var (width, height) = ((24 * Column) + Gap, 56 + (panels.Max(panel => panel.Y + panel.Height) * Row));
        page._html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><meta charset="utf-8"><style>
            body{margin:0;width:{{width}}px;height:{{height}}px;background:#f4f5f5;font:12px "DejaVu Sans",sans-serif;color:#24292e;position:relative}
            .p{position:absolute;background:#fff;border:1px solid #dce0e3;border-radius:3px;box-sizing:border-box;padding:5px 8px;overflow:hidden}
            .r{position:absolute;font-weight:bold;font-size:14px;padding-top:8px}h1{position:absolute;margin:10px 12px;font-size:18px;display:inline}
            h1 small{font-weight:normal;font-size:12px;color:#667}.t{font-weight:bold;margin-bottom:3px;white-space:nowrap}
            .s{font-size:28px;text-align:center;padding-top:8px;color:#3274d9;white-space:nowrap}.s small{font-size:11px;color:#667}
            td,th{padding:2px 14px 2px 0;text-align:left;white-space:nowrap;border-bottom:1px solid #eee}table{border-collapse:collapse;font-size:11px}
            .l{font-size:10px;line-height:13px}.l i{display:inline-block;width:10px;height:3px;margin:0 3px 3px 8px}svg text{font-size:9px;fill:#667}svg{shape-rendering:crispEdges}
            </style><h1>Spot interruptions <small>the queries of monitoring/dashboard.json, drawn from the data of a test; not Grafana</small></h1>
            """);
        foreach (var panel in panels)
        {
            await page.AddAsync(panel);
        }

        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "dashboard.html");
        await File.WriteAllTextAsync(file, page._html.ToString(), cancel);
        using var process = Programs.Start(
            folder.Path,
            Path.Combine(folder.Path, "chromium.log"),
            new Dictionary<string, string>(),
            "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=0.75",
            $"--window-size={width},{height}", $"--screenshot={picture}", $"file://{file}");
        await process.WaitForExitAsync(cancel);
    }

    private async Task AddAsync(Dashboard.Panel panel)
    {
        var place = string.Create(
            CultureInfo.InvariantCulture,
            $"style=\"left:{Gap + (panel.X * Column)}px;top:{48 + (panel.Y * Row)}px;width:{(panel.Width * Column) - Gap}px;height:{(panel.Height * Row) - Gap}px\"");
        if (panel.Type == "row")
        {
            _html.Append(null, $"<div class=r {place}>{Html(panel.Title)}</div>");
            return;
        }

        _html.Append(null, $"<div class=p {place}><div class=t>{Html(panel.Title)}</div>");
        await (panel.Type switch
        {
            "stat" => AddNumbersAsync(panel),
            "table" => AddTableAsync(panel),
            "bargauge" => AddBarsAsync(panel),
            _ => AddLinesAsync(panel, (panel.Width * Column) - Gap - 18, (panel.Height * Row) - Gap - 48),
        });
        _html.Append("</div>");
    }

    private async Task AddNumbersAsync(Dashboard.Panel panel)
    {
        var numbers = new List<string>();
        foreach (var target in panel.Targets)
        {
            numbers.AddRange((await NowAsync(target)).Select(sample => $"{Number(sample.Value, panel.Unit)} <small>{Html(target.Legend)}</small>"));
        }

        _html.Append(null, $"<div class=s>{string.Join(" &nbsp; ", numbers)}</div>");
    }

    private async Task AddTableAsync(Dashboard.Panel panel)
    {
        var rows = new Dictionary<string, double?[]>();
        for (var i = 0; i < panel.Targets.Count; i++)
        {
            foreach (var (labels, value) in await NowAsync(panel.Targets[i]))
            {
                (rows.TryGetValue(labels, out var row) ? row : rows[labels] = new double?[panel.Targets.Count])[i] = value;
            }
        }

        var isTime = panel.Targets.Count == 1;
        var names = panel.Json.GetProperty("fieldConfig").GetProperty("overrides").EnumerateArray()
            .Select(o => o.GetProperty("properties").EnumerateArray().Single(p => p.GetProperty("id").GetString() == "displayName").GetProperty("value").GetString()!);
        var labelNames = rows.Keys.Take(1).SelectMany(labels => Labels(labels).Keys);
        _html.Append(null, $"<table><tr>{string.Concat(labelNames.Concat(names).Select(n => $"<th>{Html(n)}</th>"))}</tr>");
        foreach (var (labels, values) in rows.OrderByDescending(row => row.Value[isTime ? 0 : 1]))
        {
            var cells = Labels(labels).Values.Select(Html).Concat(values.Select(v => v is null ? "" : isTime ? Ago(v.Value) : Number(v.Value, panel.Unit)));
            _html.Append(null, $"<tr>{string.Concat(cells.Select(cell => $"<td>{cell}</td>"))}</tr>");
        }

        _html.Append("</table>");
    }

    private async Task AddBarsAsync(Dashboard.Panel panel)
    {
        // A histogram's buckets hold all that are smaller.
        var before = 0.0;
        var bars = (await NowAsync(panel.Targets[0])).Select(s => (Bound: Labels(s.Key)["le"], s.Value)).OrderBy(b => b.Bound == "+Inf" ? double.MaxValue : double.Parse(b.Bound, CultureInfo.InvariantCulture))
            .Select(b => (b.Bound, Count: b.Value - before, before = b.Value)).Where(b => b.Count > 0).ToList();
        foreach (var (bound, count, _) in bars)
        {
            var width = 400 * count / bars.Max(b => b.Count);
            _html.Append(CultureInfo.InvariantCulture, $"<div style=\"margin:8px 0\">up to {Number(double.Parse(bound, CultureInfo.InvariantCulture), "s")}<div style=\"background:#3274d9;color:#fff;padding:3px 6px;width:{width:F0}px\">{count}</div></div>");
        }
    }

    private async Task AddLinesAsync(Dashboard.Panel panel, int width, int height)
    {
        var isState = panel.Type == "state-timeline";
        var all = await SeriesAsync(panel);
        var top = 1.05 * Math.Max(1e-9, all.SelectMany(s => s.Points).Select(p => p.Value).DefaultIfEmpty(1).Max());
        var place = new Place(isState ? 150 : 52, width, height, top, _start.ToUnixTimeSeconds(), (_end - _start).TotalSeconds);
        _html.Append(CultureInfo.InvariantCulture, $"<svg width={width} height={height}>");
        for (var at = _start; at <= _end; at += TimeSpan.FromMinutes(15))
        {
            _html.Append(CultureInfo.InvariantCulture, $"<text x={place.X(at.ToUnixTimeSeconds()) - 12:F0} y={height - 2}>{at:HH:mm}</text>");
        }

        for (var tick = 0; tick <= 4 && !isState; tick++)
        {
            var value = top / 1.05 * tick / 4;
            _html.Append(CultureInfo.InvariantCulture, $"<line x1={place.Left} x2={width} y1={place.Y(value):F0} y2={place.Y(value):F0} stroke=#eee /><text x=0 y={place.Y(value) + 3:F0}>{Number(value, panel.Unit)}</text>");
        }

        for (var i = 0; i < all.Count; i++)
        {
            (isState ? (Action)(() => AddState(panel, all[i], i * (height - 16) / all.Count, place)) : () => AddLine(all[i].Points, Color(i), place))();
        }

        _html.Append(all.Count == 0 ? $"<text x={width / 2} y={height / 2}>no data</text></svg>" : "</svg>");
        _html.Append(isState ? "" : $"<div class=l>{string.Concat(all.Select((s, i) => $"<i style=\"background:{Color(i)}\"></i>{Html(s.Name)}"))}</div>");
    }

    private async Task<List<(string Name, List<(double At, double Value)> Points)>> SeriesAsync(Dashboard.Panel panel)
    {
        var all = new List<(string Name, List<(double At, double Value)> Points)>();
        foreach (var target in panel.Targets)
        {
            foreach (var series in (await _prometheus.QueryRangeAsync(target.Expression, _start, _end, TimeSpan.FromMinutes(1), _cancel)).EnumerateArray())
            {
                var points = series.GetProperty("values").EnumerateArray().Select(pair => (pair[0].GetDouble(), PrometheusServer.ValueOf(pair))).Where(p => double.IsFinite(p.Item2));
                all.Add((NameOf(target.Legend, series.GetProperty("metric")), [.. points]));
            }
        }

        // The legend has room for some.
        all.RemoveAll(s => s.Points.Count == 0 || (all.Count > 8 && s.Points.TrueForAll(p => p.Value == 0)));
        return all;
    }

    private void AddLine(List<(double At, double Value)> points, string color, Place place)
    {
        var text = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{place.X(p.At):F0},{place.Y(p.Value):F0}")));
        _html.Append(CultureInfo.InvariantCulture, $"<polyline fill=none stroke-width=1.5 stroke={color} points=\"{text}\" />");
    }

    private void AddState(Dashboard.Panel panel, (string Name, List<(double At, double Value)> Points) series, int y, Place place)
    {
        _html.Append(CultureInfo.InvariantCulture, $"<text x=0 y={y + 14}>{Html(series.Name)}</text>");
        foreach (var (at, value) in series.Points)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<rect x={place.X(at):F0} y={y} width={place.X(at + 60) - place.X(at) + 1:F0} height=22 fill={ColorOf(panel, value)} />");
        }
    }

    private Task<Dictionary<string, double>> NowAsync(Dashboard.Target target) => _prometheus.QueryAsync(target.Expression, _cancel, _end);

    private string Ago(double milliseconds) => Number(_end.ToUnixTimeSeconds() - (milliseconds / 1e3), "s") + " ago";

    private static string ColorOf(Dashboard.Panel panel, double value) => _names[panel.Json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("thresholds")
        .GetProperty("steps").EnumerateArray().Last(step => step.GetProperty("value") is { ValueKind: JsonValueKind.Null } || step.GetProperty("value").GetDouble() <= value).GetProperty("color").GetString()!];

    private static string NameOf(string legend, JsonElement labels) => labels.EnumerateObject()
        .Aggregate(legend, (name, label) => name.Replace($"{{{{{label.Name}}}}}", label.Value.GetString()!.Split('/')[^1], StringComparison.Ordinal));

    private static SortedDictionary<string, string> Labels(string labels) => JsonSerializer.Deserialize<SortedDictionary<string, string>>(labels)!;

    private static string Color(int number) => _colors[number % _colors.Length];

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double value, string unit) => unit switch
    {
        "percentunit" => value.ToString("0.#%", CultureInfo.InvariantCulture),
        "bytes" => (value / 1_048_576).ToString("0", CultureInfo.InvariantCulture) + " MiB",
        "mps" or "ops" => value.ToString("0.##", CultureInfo.InvariantCulture) + "/s",
        "s" when value >= 86_400 => (value / 86_400).ToString("0.#", CultureInfo.InvariantCulture) + " d",
        "s" when value >= 3_600 => (value / 3_600).ToString("0.#", CultureInfo.InvariantCulture) + " h",
        "s" when value >= 60 => (value / 60).ToString("0.#", CultureInfo.InvariantCulture) + " min",
        "s" => value.ToString("0.#", CultureInfo.InvariantCulture) + " s",
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    /// <summary>Where points are in a drawing.</summary>
    private sealed record Place(int Left, int Width, int Height, double Top, double From, double Span)
    {
        public double X(double at) => Left + ((at - From) / Span * (Width - Left - 4));

        public double Y(double value) => Height - 14 - (value / Top * (Height - 20));
    }
}
