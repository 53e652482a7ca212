using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using OrleansSie.Bench.Fuzz.Checks;
using OrleansSie.Bench.Fuzz.Mutations;

namespace OrleansSie.Bench.Fuzz;

/// <summary>
/// Tries millions of mutated messages on everything between a pulled message and a decoded event. Ends with 0 if every promise was
/// kept, with 1 and the shortest input that breaks one otherwise.
/// </summary>
internal static class FuzzCommand
{
    private static readonly TimeSpan _progress = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (FuzzOptions.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(FuzzOptions.Usage);
            return 64;
        }

        var isGood = GrowthRun.Run();
        Console.WriteLine($"\n{options.Inputs} inputs, seed {options.Seed}, {options.Workers} workers, from {Seeds.All.Count} samples");
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, options.Workers)
            .Select(i => new FuzzWorker(options.Seed, i, (options.Inputs / options.Workers) + (i < options.Inputs % options.Workers ? 1 : 0)))
            .ToArray();
        using var stop = options.Minutes is { } minutes ? new CancellationTokenSource(TimeSpan.FromMinutes(minutes)) : new CancellationTokenSource();
        var running = Task.WhenAll(workers.Select(worker => RunAsync(worker, stop)));
        await TellProgressAsync(workers, running, clock);
        await running;
        Report(workers, clock.Elapsed);
        foreach (var worker in workers)
        {
            isGood &= worker.Failure is null;
            if (worker.Failure is { } failure)
            {
                Save(failure.Input, failure.Fault, options);
            }
        }

        Console.WriteLine(isGood ? "\nEvery promise was kept." : "\nA promise was broken.");
        return isGood ? 0 : 1;
    }

    /// <summary>The first failure ends the run of all.</summary>
    private static async Task RunAsync(FuzzWorker worker, CancellationTokenSource stop)
    {
        await Task.Factory.StartNew(() => worker.Run(stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (worker.Failure is not null)
        {
            await stop.CancelAsync();
        }
    }

    private static async Task TellProgressAsync(FuzzWorker[] workers, Task running, Stopwatch clock)
    {
        using var timer = new PeriodicTimer(_progress);
        while (await Task.WhenAny(running, timer.WaitForNextTickAsync().AsTask()) != running)
        {
            var inputs = workers.Sum(worker => worker.Tally.Inputs);
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,6:F0} s  {inputs,10} inputs  {inputs / clock.Elapsed.TotalSeconds,7:F0}/s"));
        }
    }

    private static void Report(FuzzWorker[] workers, TimeSpan elapsed)
    {
        var all = new FuzzTally();
        Array.ForEach(workers, worker => all.Add(worker.Tally));
        Console.WriteLine($"{all.Inputs} inputs in {elapsed.TotalSeconds:F0} s, {all.Inputs / elapsed.TotalSeconds:F0}/s");
        Console.WriteLine($"{all.DataBytes / Math.Max(1, all.Inputs)} bytes of data on average, {all.LongestData} at most");
        Console.WriteLine($"{all.AllocatedBytes / Math.Max(1, all.Inputs)} bytes allocated on average, {all.MostAllocated.Bytes} at most, for {all.MostAllocated.Length} of data");
        Console.WriteLine($"{all.Signatures.Count} distinct ways, {workers.Sum(worker => worker.CorpusSize)} inputs kept in {workers.Length} corpora");
        if (all.Slowest.Input is { } slow)
        {
            Console.WriteLine($"slowest: {all.Slowest.Time.TotalMilliseconds:F2} ms for {slow.Data.Length} bytes, best of three");
        }

        Console.WriteLine();
        foreach (var (outcome, count) in all.Outcomes.OrderByDescending(each => each.Value))
        {
            Console.WriteLine($"{outcome,-20}{count,12}{(double)count / all.Inputs,10:P2}");
        }
    }

    private static void Save(FuzzInput input, string fault, FuzzOptions options)
    {
        var check = new InputCheck();
        var isSlow = check.Run(input).Fault is null;
        var shortest = Minimizer.Shorten(input, candidate => isSlow
            ? check.Time(candidate) > TimeBound.Of(candidate.Data.Length)
            : WithoutNumbers(check.Run(candidate).Fault) == WithoutNumbers(fault));
        Directory.CreateDirectory(options.Out);
        var path = Path.Combine(options.Out, $"fuzz-{options.Seed}-{Convert.ToHexStringLower(SHA256.HashData(shortest.Data))[..12]}.txt");
        var text = $"fault: {fault}\nseed: {options.Seed}, workers: {options.Workers}\n{shortest}\n";
        File.WriteAllText(path, text);
        Console.WriteLine($"\n{text}saved as {path}");
    }

    private static string? WithoutNumbers(string? fault) => fault is null ? null : string.Concat(fault.Where(c => !char.IsAsciiDigit(c)));
}
