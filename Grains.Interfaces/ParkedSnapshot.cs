namespace OrleansSie.Grains.Interfaces;

/// <summary>One shard's durable figures at one version.</summary>
/// <param name="Version">Number of commits of the shard's record.</param>
/// <param name="Parked">Interruptions that wait for their cluster.</param>
/// <param name="OldestParkedAt">Arrival of the oldest of them; null if there is none.</param>
/// <param name="UnknownInstance">Given up for <see cref="ParkedStage.unknown_instance"/>.</param>
/// <param name="NotGke">Given up for <see cref="ParkedStage.not_gke"/>.</param>
/// <param name="Reattributed">Interruptions that were given up and then counted for a cluster after all; only rises.</param>
/// <param name="Epoch">The epoch under which whoever begins to settle something has to call the shard.</param>
[GenerateSerializer, Immutable, Alias("sie.parked-snapshot")]
public sealed record ParkedSnapshot(
    long Version, long Parked, DateTimeOffset? OldestParkedAt, UnattributedCount UnknownInstance, UnattributedCount NotGke, long Reattributed, long Epoch = 0);
