using System.Diagnostics;
using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Load;

/// <summary>What events, scrapes, starts and idleness cost: real processes, Google's emulator, a real store, all on this machine.</summary>
internal static class LoadCommand
{
    private const int Failed = 1;
    private const int PartMissing = 2;
    private const int WrongUsage = 64;

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        if (LoadOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(LoadOptions.Usage);
            return WrongUsage;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            await RunAllAsync(options, string.Join(' ', args), stop.Token);
            return 0;
        }
        catch (PartMissingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return PartMissing;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped; everything that was started has ended.");
            return Failed;
        }
    }

    private static async Task RunAllAsync(LoadOptions options, string command, CancellationToken cancellationToken)
    {
        List<ExporterProgram> programs = options.Measurement == Measurement.stuck ? [.. StuckRun.Programs]
            : options.Programs.Count == 0 ? [ExporterProgram.Built()] : [.. options.Programs.Select(ExporterProgram.Silo)];
        programs.AddRange(options.Base is { } path ? [ExporterProgram.Silo(path)] : []);
        programs.AddRange(options.Against is { } line ? [ExporterProgram.Other(line)] : []);
        var report = new LoadReport(command, Machine.Describe(), programs.Select(p => p.Name));
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
}
