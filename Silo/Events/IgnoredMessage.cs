using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>Why a message can never have an effect.</summary>
/// <param name="Outcome">The named reason.</param>
/// <param name="Detail">One sentence for the operator, or null.</param>
internal sealed record IgnoredMessage(Outcome Outcome, string? Detail);
