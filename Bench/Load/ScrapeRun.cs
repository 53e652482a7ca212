using OrleansSie.Silo.Metrics;

namespace OrleansSie.Bench.Load;

/// <summary><c>scrape</c>: /metrics with many clusters, each with a preemption, asked for again and again.</summary>
internal static class ScrapeRun
{
    private const int Scrapes = 300;
    private const int First = 50;
    private static readonly int[] _clusters = [1_000, 10_000];
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(20);

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram program, LoadProgress progress, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var clusters in _clusters)
        {
            await using var parts = await LoadParts.StartAsync(options, cancellationToken);
            await using var exporter = await Exporter.StartAsync(program, parts, options with { Clusters = clusters }, cancellationToken);
            var feed = new Feed(exporter, parts, new Workload(clusters), progress);
            await feed.TakeAsync(..clusters, creations: true, cancellationToken);
            await feed.TakeAsync(..clusters, creations: false, cancellationToken);
            progress.Step = $"/metrics with {clusters} clusters";
            figures.AddRange(await ScrapeAsync(exporter, clusters, cancellationToken));
        }

        return figures;
    }

    private static async Task<IEnumerable<Figure>> ScrapeAsync(Exporter exporter, int clusters, CancellationToken cancellationToken)
    {
        var silo = exporter.Members[0];
        var times = new List<TimeSpan>();
        var (text, cpu) = ("", TimeSpan.Zero);
        using var timer = new PeriodicTimer(_every);
        for (var i = -First; i < Scrapes; i++)
        {
            cpu = i == 0 ? exporter.Cpu : cpu;
            var started = TimeProvider.System.GetTimestamp();
            text = await silo.GetAsync("/metrics", cancellationToken) ?? throw new InvalidOperationException("/metrics does not answer.");
            times.Add(TimeProvider.System.GetElapsedTime(started));
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        var shown = text.Split('\n').Count(l => l.StartsWith(MetricNames.InterruptionEvents + "{", StringComparison.Ordinal));
        var name = $"/metrics with {clusters} clusters";
        return shown != clusters ? throw new InvalidOperationException($"{shown} clusters are shown where there are {clusters}.") :
        [
            .. Figure.OfTimes(name, times[First..]),
            new Figure($"{name}, CPU each, ms", (exporter.Cpu - cpu).TotalMilliseconds / Scrapes),
            Figure.OfBytes(name, text.Length),
        ];
    }
}
