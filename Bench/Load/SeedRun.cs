namespace OrleansSie.Bench.Load;

/// <summary><c>seed</c>: a store that knows many instances, by their creations; with <c>--into</c> it is left there.</summary>
internal static class SeedRun
{
    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram program, LoadProgress progress, CancellationToken cancellationToken)
    {
        await using var parts = await LoadParts.StartAsync(options, cancellationToken);
        await using var exporter = await Exporter.StartAsync(program, parts, options, cancellationToken);
        var (cpu, started) = (exporter.Cpu, TimeProvider.System.GetTimestamp());
        await new Feed(exporter, parts, new Workload(options.Clusters), progress).TakeAsync(..options.Instances, creations: true, cancellationToken);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        List<Figure> figures =
        [
            new("creations while they are published, a second", options.Instances / seconds),
            new("creations, CPU each, us", (exporter.Cpu - cpu).TotalMicroseconds / options.Instances),
        ];
        await exporter.StopAsync();
        return options.Storage == LoadStorage.memory ? figures : [.. figures, new("on the disk, bytes an instance", parts.BytesOfStore() / (double)options.Instances)];
    }
}
