namespace OrleansSie.Silo.AuditLogs;

/// <summary>What a method does to an instance, as far as anybody here needs to tell methods apart.</summary>
internal enum InstanceAction
{
    /// <summary>Nothing that concerns an instance's life.</summary>
    Unknown,

    /// <summary>Makes one instance.</summary>
    Insert,

    /// <summary>Makes several: one entry is the request, each instance has another.</summary>
    BulkInsert,

    /// <summary>Somebody deletes it.</summary>
    Delete,

    /// <summary>Compute Engine takes it away.</summary>
    Interruption,

    /// <summary>A system event after which the instance is there, or a consequence of one that was counted already.</summary>
    NotALoss,
}
