namespace OrleansSie.Silo.Reach;

/// <summary>Which silos one silo reaches.</summary>
/// <param name="Silo">The one.</param>
/// <param name="Reached">Active silos that answered its last call.</param>
/// <param name="Age">How long ago that was, by the clocks of those who passed this on; the time on the way is not in it.</param>
[GenerateSerializer, Immutable, Alias("sie.reach-row")]
internal sealed record ReachRow(SiloAddress Silo, SiloAddress[] Reached, TimeSpan Age);
