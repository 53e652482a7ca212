using OrleansSie.Bench.Chaos.Faults;
using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos;

/// <summary>
/// Nothing lost, nothing counted twice, whatever dies: real silos on a real Redis and Google's Pub/Sub emulator, which are killed, paused,
/// slowed and cut by a schedule that follows from a seed, and at the end every durable figure against a model's exact answer.
/// </summary>
internal static class ChaosCommand
{
    public static Task<int> RunAsync(IReadOnlyList<string> args) => Command.RunAsync(
        ChaosOptions.Usage, ChaosOptions.Parse(args) is { } options ? cancel => RunAllAsync(options, cancel) : null);

    private static async Task<int> RunAllAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        var results = new Results(options.ResultsFile, Sources.Hash());
        var done = results.Known();
        (int Seed, string Faults)[] runs = [.. Enumerable.Range(options.Seed, options.Runs).Select(seed => (seed, Schedule.Of(options, seed).ByKind))];
        var different = runs.Count(run => done.TryGetValue(run, out var isExact) && !isExact);
        if (runs.Count(done.ContainsKey) is var known and > 0)
        {
            Console.WriteLine($"{known} of {runs.Length} seeds are in {options.ResultsFile} and are not run again; {different} of them with a difference.");
        }

        var lanes = new ParallelOptions { MaxDegreeOfParallelism = options.Lanes, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(runs.Where(run => !done.ContainsKey(run)), lanes, async (run, cancel) =>
        {
            var result = await new ChaosRun(options, run.Seed).RunAsync(cancel);
            results.Add(result);
            Interlocked.Add(ref different, result.Differences > 0 ? 1 : 0);
        });
        return different == 0 ? 0 : Command.Failed;
    }
}
