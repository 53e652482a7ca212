using OrleansSie.Silo.Metrics;

namespace OrleansSie.Bench.Load;

/// <summary><c>scrape</c>: /metrics with many clusters and pools, each with a preemption, asked for again and again.</summary>
internal static class ScrapeRun
{
    private const int Scrapes = 300;
    private const int First = 50;

    // A pool has a series for each reason that begins at 0: preempted, host_error, maintenance.
    private const int SeriesOfAPool = 3;

    // The last has 20,115 series of pools, and no cluster more than it may have by default.
    private static readonly (int Clusters, int Pools)[] _usual = [(1_000, 1), (10_000, 1), (45, 149)];
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(20);

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram program, LoadProgress progress, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var (clusters, pools) in options.Pools is { } chosen ? [(options.Clusters, chosen)] : _usual)
        {
            await using var parts = await LoadParts.StartAsync(options, cancellationToken);
            await using var exporter = await Exporter.StartAsync(program, parts, options with { Clusters = clusters }, cancellationToken);
            var feed = new Feed(exporter, parts, new Workload(clusters, pools), progress);
            await feed.TakeAsync(..(clusters * pools), creations: true, cancellationToken);
            await feed.TakeAsync(..(clusters * pools), creations: false, cancellationToken);
            progress.Step = $"/metrics with {clusters} clusters";
            figures.AddRange(await ScrapeAsync(exporter, clusters, pools, cancellationToken));
        }

        return figures;
    }

    private static async Task<IEnumerable<Figure>> ScrapeAsync(Exporter exporter, int clusters, int pools, CancellationToken cancellationToken)
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

        Check(text, MetricNames.InterruptionEvents, clusters);
        Check(text, MetricNames.Interruptions, clusters * pools * SeriesOfAPool);
        var name = pools == 1 ? $"/metrics with {clusters} clusters" : $"/metrics with {clusters} clusters of {pools} pools";
        return
        [
            .. Figure.OfTimes(name, times[First..]),
            new Figure($"{name}, CPU each, ms", (exporter.Cpu - cpu).TotalMilliseconds / Scrapes),
            Figure.OfBytes(name, text.Length),
        ];
    }

    /// <summary>A document that is not whole would be measured too well.</summary>
    private static void Check(string text, string metric, int series)
    {
        var shown = text.Split('\n').Count(l => l.StartsWith(metric + "{", StringComparison.Ordinal));
        if (shown != series)
        {
            throw new InvalidOperationException($"{shown} series of {metric} are shown where there are {series}.");
        }
    }
}
