namespace OrleansSie.Grains.Interfaces;

/// <summary>How far an interruption that came without a cluster has come. It only rises.</summary>
[GenerateSerializer, Alias("sie.parked-stage")]
public enum ParkedStage
{
    /// <summary>The register does not know it.</summary>
    unheard = 0,

    /// <summary>It waits for its cluster.</summary>
    waits = 1,

    /// <summary>Given up: neither a creation nor an inventory told of its instance in time. A value of the <c>cause</c> label.</summary>
    unknown_instance = 2,

    /// <summary>Given up: its instance is known and is no GKE node. A value of the <c>cause</c> label.</summary>
    not_gke = 3,

    /// <summary>Its cluster has counted it.</summary>
    counted = 4,
}
