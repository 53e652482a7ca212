namespace OrleansSie.Bench.Load;

/// <summary><c>e2e</c>: instances are created, then preempted; what each event costs, how fast they are taken, and how late they are shown.</summary>
internal static class EventRun
{
    private const int CeilingCalls = 4;

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram program, LoadProgress progress, CancellationToken cancellationToken)
    {
        await using var parts = await LoadParts.StartAsync(options, cancellationToken);
        var workload = new Workload(options.Clusters);
        var (warm, measured) = (options.Warm, options.Warm + options.Events);
        progress.Step = "the emulator alone";
        List<Figure> figures = [.. await BareClient.DrainAsync(parts, workload.Entries(warm..measured, creations: true), CeilingCalls, cancellationToken)];
        await using var exporter = await Exporter.StartAsync(program, parts, options, cancellationToken);
        var feed = new Feed(exporter, parts, workload, progress);
        foreach (var creations in (bool[])[true, false])
        {
            await feed.TakeAsync(..warm, creations, cancellationToken);
            figures.AddRange(await feed.DrainAsync(warm..measured, creations, cancellationToken));
        }

        figures.Add(Figure.OfBytes("peak memory of the largest process", exporter.LargestBytes("VmHWM")));
        if (options.Rate is { } rate)
        {
            var paced = measured..(measured + (rate * options.Seconds));
            figures.AddRange(program.IsOurs ? await feed.DelayAsync(paced, creations: true, rate, cancellationToken) : []);
            figures.AddRange(await feed.DelayAsync(paced, creations: false, rate, cancellationToken));
        }

        return figures;
    }
}
