using OrleansSie.Bench.Fuzz.Mutations;

namespace OrleansSie.Bench.Fuzz;

/// <summary>Makes a failing input shorter for as long as it fails: halves first, single bytes last.</summary>
internal static class Minimizer
{
    private const int MaxTrials = 20_000;

    public static FuzzInput Shorten(FuzzInput input, Func<FuzzInput, bool> stillFails)
    {
        var trials = 0;
        for (var size = Math.Max(1, input.Data.Length / 2); size > 0; size /= 2)
        {
            for (var at = 0; at < input.Data.Length && trials < MaxTrials; trials++)
            {
                var end = Math.Min(input.Data.Length, at + size);
                var shorter = input with { Data = Bytes.Replace(input.Data, at, end, []) };
                if (stillFails(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at = end;
                }
            }
        }

        return input;
    }
}
