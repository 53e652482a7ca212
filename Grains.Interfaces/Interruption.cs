namespace OrleansSie.Grains.Interfaces;

/// <summary>One interruption on its way into a cluster's count, with the labels it is counted under.</summary>
/// <param name="Id">Identity of the interruption.</param>
/// <param name="Instance">Key of the instance it happened to.</param>
/// <param name="At">When it happened.</param>
/// <param name="Labels">What it is counted under.</param>
/// <param name="Epoch">The cluster's epoch as the instance knew it before it read its own record; 0 if it knew none.</param>
/// <param name="Age">How old the instance was; null where its creation is not known.</param>
/// <param name="Operation">Compute Engine's id of the operation that took it away; empty where the event tells none.</param>
[GenerateSerializer, Immutable, Alias("sie.interruption")]
public sealed record Interruption(
    string Id, string Instance, DateTimeOffset At, PoolLabels Labels, long Epoch = 0, TimeSpan? Age = null, string Operation = "");
