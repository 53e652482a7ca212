using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansSie.Bench.Load;

/// <summary>What events, scrapes, starts and idleness cost: real processes, Google's emulator, a real store, all on this machine.</summary>
internal static class LoadCommand
{
    public static Task<int> RunAsync(IReadOnlyList<string> args) => Command.RunAsync(
        LoadOptions.Usage, LoadOptions.Parse(args) is { } options ? cancel => RunAllAsync(options, string.Join(' ', args), cancel) : null);

    private static async Task<int> RunAllAsync(LoadOptions options, string command, CancellationToken cancellationToken)
    {
        try
        {
            await MeasureAllAsync(options, command, cancellationToken);
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Command.Failed;
        }
    }

    private static async Task MeasureAllAsync(LoadOptions options, string command, CancellationToken cancellationToken)
    {
        List<ExporterProgram> programs = options.Measurement == Measurement.stuck ? [.. StuckRun.Programs]
            : options.Programs.Count == 0 ? [ExporterProgram.Built()] : [.. options.Programs.Select(ExporterProgram.Silo)];
        programs.AddRange(options.Base is { } path ? [ExporterProgram.Silo(path)] : []);
        programs.AddRange(options.Against is { } line ? [ExporterProgram.Other(line)] : []);
        var report = new LoadReport(command, Machine(), programs.Select(p => p.Name));
        await using var progress = new LoadProgress();
        for (var run = 0; run < options.Runs; run++)
        {
            // There and back again: whatever changes slowly on the machine does so for all.
            foreach (var (i, program) in run % 2 == 0 ? programs.Index() : programs.Index().Reverse())
            {
                progress.Run = $"run {run + 1} of {options.Runs}, {program.Name}";
                report.Add(i, await Run(options.Measurement)(options, program, progress, cancellationToken));
            }
        }

        Console.WriteLine(report.Table());
        if (options.Json is { } file)
        {
            await File.WriteAllTextAsync(file, report.Json(), cancellationToken);
        }
    }

    private static Func<LoadOptions, ExporterProgram, LoadProgress, CancellationToken, Task<List<Figure>>> Run(Measurement measurement) => measurement switch
    {
        Measurement.e2e => EventRun.RunAsync,
        Measurement.drain => CeilingRun.RunAsync,
        Measurement.scrape => ScrapeRun.RunAsync,
        Measurement.seed => SeedRun.RunAsync,
        Measurement.cold => ColdRun.RunAsync,
        Measurement.idle => IdleRun.RunAsync,
        Measurement.stuck => StuckRun.RunAsync,
        _ => throw new UnreachableException(),
    };

    /// <summary>What the figures are measured on, and how busy it was before, in one line.</summary>
    private static string Machine()
    {
        var processor = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {processor}, {Environment.ProcessorCount} cores, load average {load} at the start, Linux {kernel}, {RuntimeInformation.FrameworkDescription}");
    }
}
