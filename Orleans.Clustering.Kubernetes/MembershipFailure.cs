namespace Orleans.Clustering.Kubernetes;

/// <summary>Why the membership table could not be used.</summary>
public enum MembershipFailure
{
    /// <summary>The API server was not reached, did not answer in time, or answered with an error of its own; trying again may help.</summary>
    Unavailable,

    /// <summary>The API server asks to be called less often; trying again later helps.</summary>
    Throttled,

    /// <summary>The service account lacks a right, or its token is not accepted.</summary>
    Denied,

    /// <summary>The ConfigMap, or its namespace, does not exist.</summary>
    Missing,

    /// <summary>The ConfigMap is not the one this silo joined: it was deleted and made again, emptied, or restored from a backup.</summary>
    Replaced,

    /// <summary>Somebody else's write came first, again and again; trying again may help.</summary>
    Conflict,

    /// <summary>The table does not fit into a ConfigMap any more.</summary>
    TooLarge,

    /// <summary>The ConfigMap is not a membership table of this cluster, or cannot be read as one.</summary>
    Invalid,
}
