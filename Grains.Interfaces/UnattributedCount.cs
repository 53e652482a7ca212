namespace OrleansSie.Grains.Interfaces;

/// <summary>Interruptions that were given up for one cause.</summary>
/// <param name="Open">Those that still are, as long as their instances are remembered.</param>
/// <param name="Total">All that ever were, each once under its first cause; only rises.</param>
[GenerateSerializer, Immutable, Alias("sie.unattributed-count")]
public sealed record UnattributedCount(long Open, long Total);
