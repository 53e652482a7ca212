namespace OrleansSie.Grains.Interfaces;

/// <summary>What is to have its effect in one cluster, each once. Several kinds can travel together; so far there is one.</summary>
[GenerateSerializer, Immutable, Alias("sie.cluster-effects")]
public sealed record ClusterEffects
{
    /// <summary>Interruptions to be counted.</summary>
    [Id(0)]
    public IReadOnlyList<Interruption> Interruptions { get; init; } = [];
}
