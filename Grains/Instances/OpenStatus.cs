namespace OrleansSie.Grains.Instances;

/// <summary>How far an interruption that is not recorded as counted has come.</summary>
internal enum OpenStatus
{
    /// <summary>Its instance's cluster is not known yet.</summary>
    parked = 0,

    /// <summary>Its instance's cluster was not known in time. It is counted all the same if it becomes known.</summary>
    unknown_instance = 1,

    /// <summary>Its instance is no GKE node. It is counted all the same if a fuller description names a cluster.</summary>
    not_gke = 2,

    /// <summary>Its cluster is fixed and may have counted it already.</summary>
    counting = 3,
}
