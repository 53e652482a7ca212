namespace OrleansSie.Grains.Interfaces;

/// <summary>What became of an interruption that waited for its cluster.</summary>
/// <param name="Id">Identity of the interruption.</param>
/// <param name="Instance">Key of its instance.</param>
/// <param name="ArrivedAt">When it arrived.</param>
/// <param name="From">The cause for which it was given up before; null if it was not.</param>
/// <param name="To">The cause for which it is given up now; null if a cluster counts it.</param>
[GenerateSerializer, Immutable, Alias("sie.parked-settlement")]
public sealed record ParkedSettlement(string Id, string Instance, DateTimeOffset ArrivedAt, UnattributedCause? From, UnattributedCause? To);
