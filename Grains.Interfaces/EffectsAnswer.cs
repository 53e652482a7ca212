namespace OrleansSie.Grains.Interfaces;

/// <summary>What became of <see cref="ClusterEffects"/>: all that is not refused has had its effect, durably.</summary>
/// <param name="Refused">
/// Identities of those whose sender began too long ago. Nothing happened for them: the sender reads its record again and sends again, under
/// <paramref name="Epoch"/>.
/// </param>
/// <param name="Epoch">The cluster's epoch, as the store has acknowledged it.</param>
[GenerateSerializer, Immutable, Alias("sie.effects-answer")]
public sealed record EffectsAnswer(IReadOnlyList<string> Refused, long Epoch);
