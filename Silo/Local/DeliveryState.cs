namespace OrleansSie.Silo.Local;

/// <summary>Where a subscription's copy of a message stands.</summary>
internal enum DeliveryState
{
    /// <summary>The next pull may take it.</summary>
    Available,

    /// <summary>A puller holds it until its deadline.</summary>
    Leased,

    /// <summary>It failed and waits out the retry policy.</summary>
    BackingOff,

    /// <summary>Acked, or gone to the dead-letter topic: it never comes again.</summary>
    Settled,
}
