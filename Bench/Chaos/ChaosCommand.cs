using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos;

/// <summary>
/// Nothing lost, nothing counted twice, whatever dies: real silos on a real Redis and Google's Pub/Sub emulator, which are killed, paused,
/// slowed and cut by a schedule that follows from a seed, and at the end every durable figure against a model's exact answer.
/// </summary>
internal static class ChaosCommand
{
    private const int Different = 1;
    private const int PartMissing = 2;
    private const int WrongUsage = 64;

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        if (ChaosOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(ChaosOptions.Usage);
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
            return await RunAllAsync(options, stop.Token);
        }
        catch (PartMissingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return PartMissing;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopped; everything that was started has ended.");
            return Different;
        }
    }

    private static async Task<int> RunAllAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        var results = new Results(options.Results);
        var done = results.Seeds();
        var seeds = Enumerable.Range(options.Seed, options.Runs).ToList();
        var different = seeds.Count(seed => done.TryGetValue(seed, out var isExact) && !isExact);
        if (seeds.Count(done.ContainsKey) is var known and > 0)
        {
            Console.WriteLine($"{known} of {seeds.Count} seeds are in {options.Results} and are not run again; {different} of them with a difference.");
        }

        var lanes = new ParallelOptions { MaxDegreeOfParallelism = options.Lanes, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(seeds.Where(seed => !done.ContainsKey(seed)), lanes, async (seed, cancel) =>
        {
            var result = await new ChaosRun(options, seed).RunAsync(cancel);
            results.Add(result);
            Interlocked.Add(ref different, result.Differences > 0 ? 1 : 0);
        });
        return different == 0 ? 0 : Different;
    }
}
