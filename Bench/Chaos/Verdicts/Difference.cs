namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>Something that is not as it must be.</summary>
/// <param name="What">The figure, and of what.</param>
/// <param name="Expected">By the model.</param>
/// <param name="Found">In the store, at /metrics or in Pub/Sub.</param>
internal sealed record Difference(string What, string Expected, string Found)
{
    public override string ToString() => $"{What}: expected {Expected}, found {Found}";
}
