namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>A GKE cluster of the mix.</summary>
/// <param name="Name">Its name; two clusters share one.</param>
/// <param name="Location">Its location; empty where its nodes do not tell it.</param>
internal sealed record ClusterOfMix(string Name, string Location);
