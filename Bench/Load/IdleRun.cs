namespace OrleansSie.Bench.Load;

/// <summary><c>idle</c>: what silos cost that know many instances and have nothing to do.</summary>
internal static class IdleRun
{
    // Long enough for the activations of the last instances to have left memory.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(90);

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram program, LoadProgress progress, CancellationToken cancellationToken)
    {
        await using var parts = await LoadParts.StartAsync(options, cancellationToken);
        await using var exporter = await Exporter.StartAsync(program, parts, options, cancellationToken);
        await new Feed(exporter, parts, new Workload(options.Clusters), progress).TakeAsync(..options.Instances, creations: true, cancellationToken);
        progress.Step = "comes to rest";
        await Task.Delay(_rest, TimeProvider.System, cancellationToken);
        progress.Step = "idle";
        var (cpu, started) = (exporter.Cpu, TimeProvider.System.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), TimeProvider.System, cancellationToken);
        var used = (exporter.Cpu - cpu) / TimeProvider.System.GetElapsedTime(started);
        return
        [
            new($"idle, {options.Instances} instances known, CPU of all with the store, % of a core", used * 100),
            Figure.OfBytes($"idle, {options.Instances} instances known, memory of the largest process", exporter.LargestBytes("VmRSS")),
        ];
    }
}

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
