namespace OrleansSie.Bench.Chaos;

/// <summary>What became of one run.</summary>
internal sealed record RunResult(int Seed, int Silos, int Messages, string Faults, TimeSpan Took, int Differences)
{
    public const string Exact = "exact";

    public string Verdict => Differences == 0 ? Exact : $"{Differences} differences";
}
