namespace OrleansSie.Grains.Interfaces;

/// <summary>Why an interruption belongs to no cluster. The names are the values of the <c>cause</c> label.</summary>
[GenerateSerializer, Alias("sie.unattributed-cause")]
public enum UnattributedCause
{
    /// <summary>Neither a creation nor an inventory told of its instance in time.</summary>
    unknown_instance = 1,

    /// <summary>Its instance is known and is no GKE node.</summary>
    not_gke = 2,
}
