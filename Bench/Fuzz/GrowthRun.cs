using OrleansSie.Bench.Fuzz.Checks;

namespace OrleansSie.Bench.Fuzz;

/// <summary>
/// Decodes messages of 100 kB and of 1 MB of every shape. Ten times the bytes may take thirty times the processor time: a hundred would be
/// quadratic, and memory that does not fit a cache is slower.
/// </summary>
internal static class GrowthRun
{
    private const int Short = 100_000;
    private const int Long = 1_000_000;
    private const double MaxRatio = 30;

    // Below these a measurement is mostly noise.
    private static readonly TimeSpan _measurable = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _finest = TimeSpan.FromMilliseconds(0.1);

    /// <summary>Prints a line for each shape; answers whether all are within their bounds.</summary>
    public static bool Run()
    {
        var check = new InputCheck();
        var isGood = true;
        Console.WriteLine($"{"one part grows to 1 MB",-34}{"outcome",-18}{"0.1 MB, ms",12}{"1 MB, ms",12}{"ratio",8}{"allocated",12}");
        foreach (var shape in GrowthShapes.All)
        {
            var small = check.ProcessorTime(GrowthShapes.Of(shape, Short));
            var large = GrowthShapes.Of(shape, Long);
            var time = check.ProcessorTime(large);
            var verdict = check.Run(large);
            var ratio = time / (small > _finest ? small : _finest);
            var fault = verdict.Fault
                ?? (time > _measurable && ratio > MaxRatio ? "grows faster than its length" : null)
                ?? (time > TimeBound.Of(large.Data.Length) ? $"takes longer than {TimeBound.Of(large.Data.Length).TotalMilliseconds:F0} ms" : null);
            isGood &= fault is null;
            Console.WriteLine(
                $"{shape.Name,-34}{verdict.Outcome,-18}{small.TotalMilliseconds,12:F2}{time.TotalMilliseconds,12:F2}{ratio,8:F1}{verdict.Bytes,12}"
                + (fault is null ? "" : $"  FAULT: {fault}"));
        }

        return isGood;
    }
}
