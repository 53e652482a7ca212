using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Load;

/// <summary>
/// <c>stuck</c>: one instance whose store takes 20 s for each operation and one whose operations fail, among many others: how late the others
/// are shown. Its pair is the same without the two.
/// </summary>
internal static class StuckRun
{
    private const int StandardRate = 500;

    /// <summary>The silo with the two instances, and the same silo without their events.</summary>
    public static IReadOnlyList<ExporterProgram> Programs { get; } =
    [
        new("one slow, one poisoned", true, Silo()),
        new("neither", true, Silo()),
    ];

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram program, LoadProgress progress, CancellationToken cancellationToken)
    {
        await using var parts = await LoadParts.StartAsync(options, cancellationToken);
        await using var exporter = await Exporter.StartAsync(program, parts, options, cancellationToken);
        var workload = new Workload(options.Clusters);
        await new Feed(exporter, parts, workload, progress).TakeAsync(..options.Events, creations: true, cancellationToken);
        if (program == Programs[0])
        {
            foreach (var number in (int[])[StuckStorage.Slow, StuckStorage.Poisoned])
            {
                await parts.PublishAsync(false, workload.Entries(number..(number + 1), creations: false));
            }
        }

        progress.Step = "the others";
        var delays = await new DelayWatch(exporter, creations: false).MeasureAsync(
            workload.Entries(..options.Events, creations: false),
            options.Rate ?? StandardRate,
            entry => parts.PublishAsync(false, entry),
            cancellationToken);
        return await exporter.CountedAsync(cancellationToken) is var counted && counted != options.Events
            ? throw new InvalidOperationException($"{counted} interruptions are shown where there are {options.Events}.")
            : [.. Figure.OfTimes("the others, delay", delays)];
    }

    private static string[] Silo() => ["dotnet", typeof(StuckRun).Assembly.Location, BrokenSilo.HasStuckInstances];
}
