namespace OrleansSie.Bench.Load;

/// <summary><c>drain</c>: what the emulator can give on this machine, to a client that does no work.</summary>
internal static class CeilingRun
{
    private static readonly int[] _calls = [1, 2, 4, 8];

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram _, LoadProgress progress, CancellationToken cancellationToken)
    {
        await using var parts = await LoadParts.StartAsync(options, cancellationToken);
        var entries = new Workload(options.Clusters).Entries(..options.Events, creations: true);
        var figures = new List<Figure>();
        foreach (var calls in _calls)
        {
            progress.Step = $"{calls} calls";
            figures.AddRange(await BareClient.DrainAsync(parts, entries, calls, cancellationToken));
        }

        return figures;
    }
}
