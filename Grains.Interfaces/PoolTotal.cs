namespace OrleansSie.Grains.Interfaces;

/// <summary>How many interruptions one set of labels has seen.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Count">Interruptions counted under them.</param>
[GenerateSerializer, Immutable, Alias("sie.pool-total")]
public sealed record PoolTotal(PoolLabels Labels, long Count);
