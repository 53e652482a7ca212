namespace OrleansSie.Grains.Instances;

/// <summary>How far an interruption that is not recorded as counted has come.</summary>
internal enum OpenStatus
{
    /// <summary>Its instance's cluster is not known yet.</summary>
    parked = 0,

    /// <summary>Its cluster is fixed and may have counted it already.</summary>
    counting = 1,

    /// <summary>Its instance is no GKE node.</summary>
    not_gke = 2,
}
