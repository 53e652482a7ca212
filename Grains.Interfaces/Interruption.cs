namespace OrleansSie.Grains.Interfaces;

/// <summary>One interruption on its way into a cluster's count, with the labels it is counted under.</summary>
/// <param name="Id">Identity of the interruption.</param>
/// <param name="Instance">Key of the instance it happened to.</param>
/// <param name="At">When it happened.</param>
/// <param name="Labels">What it is counted under.</param>
[GenerateSerializer, Immutable, Alias("sie.interruption")]
public sealed record Interruption(string Id, string Instance, DateTimeOffset At, PoolLabels Labels);
