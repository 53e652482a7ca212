namespace OrleansSie.Grains.Interfaces;

/// <summary>What an <see cref="InstanceEvent"/> says of the instance.</summary>
[GenerateSerializer, Alias("sie.event-kind")]
public enum InstanceEventKind
{
    /// <summary>First entry of an insert: carries the description.</summary>
    created = 0,

    /// <summary>Last entry of an insert, without an error.</summary>
    create_finished = 1,

    /// <summary>Last entry of an insert, with an error.</summary>
    create_failed = 2,

    /// <summary>One instance of a bulk insert: exists, description unknown.</summary>
    bulk_created = 3,

    /// <summary>The instance was deleted by somebody.</summary>
    deleted = 4,

    /// <summary>Compute Engine took the instance away.</summary>
    interrupted = 5,
}
