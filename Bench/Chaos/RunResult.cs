namespace OrleansSie.Bench.Chaos;

/// <summary>What became of one run, and what it showed besides.</summary>
internal sealed record RunResult(int Seed, int Silos, int Messages, string Faults, TimeSpan Took, int Differences, string Shown = "")
{
    public const string Exact = "exact";

    public string Verdict => Differences == 0 ? Exact : $"{Differences} differences";
}
