namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// The result of one Pub/Sub message. Every settled message ends in exactly one of these; the names are the values of the
/// <c>outcome</c> label of <c>sie_messages_total</c>. docs/metrics.md explains each.
/// </summary>
[GenerateSerializer, Alias("sie.outcome")]
public enum Outcome
{
    /// <summary>No outcome was reported: the event did not reach its grain. Never the label of a settled message.</summary>
    none = 0,

    /// <summary>An interruption was added to its cluster's durable count.</summary>
    counted = 1,

    /// <summary>The event had had its effect before, by another message or by this one, whose first outcome is no longer remembered.</summary>
    duplicate = 2,

    /// <summary>An interruption of an instance whose cluster is not known yet, kept durably until it is.</summary>
    waiting = 3,

    /// <summary>The instance belongs to no GKE cluster.</summary>
    not_gke = 4,

    /// <summary>An instance's creation: its cluster, node pool and machine type are remembered.</summary>
    created = 5,

    /// <summary>The second entry of a creation, which says that it succeeded.</summary>
    create_finished = 6,

    /// <summary>The second entry of a creation, which says that it failed.</summary>
    create_failed = 7,

    /// <summary>One instance made by a bulk insert. The entry does not say which cluster it belongs to.</summary>
    bulk_created = 8,

    /// <summary>An instance's deletion: its incarnation is closed.</summary>
    deleted = 9,

    /// <summary>The message has no data.</summary>
    empty = 20,

    /// <summary>The data is not JSON.</summary>
    not_json = 21,

    /// <summary>The data is not valid UTF-8.</summary>
    invalid_utf8 = 22,

    /// <summary>JSON, but not an audit log entry: no protoPayload with a methodName.</summary>
    not_an_audit_log = 23,

    /// <summary>An audit log entry of a method that says nothing of an instance's life.</summary>
    unknown_method = 24,

    /// <summary>A known method, but no instance is named by resourceName or by response.targetLink.</summary>
    not_an_instance = 25,

    /// <summary>The request of a bulk insert, which names no instance; each instance has an entry of its own.</summary>
    bulk_request = 26,

    /// <summary>A system event after which the node is still there, such as a live migration.</summary>
    not_a_loss = 27,

    /// <summary>The cluster's name or location cannot be a label of Compute Engine.</summary>
    invalid_label = 28,

    /// <summary>An event of a project that is not configured, while only configured ones are wanted. Stored nowhere.</summary>
    unlisted_project = 29,
}
