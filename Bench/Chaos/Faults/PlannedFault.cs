namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>A fault and its time.</summary>
/// <param name="At">Since publishing began.</param>
/// <param name="Fault">What happens.</param>
internal sealed record PlannedFault(TimeSpan At, IFault Fault);
