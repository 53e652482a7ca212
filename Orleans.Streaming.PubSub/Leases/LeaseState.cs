namespace Orleans.Streaming.PubSub;

/// <summary>The life of a lease. It leaves <see cref="Held"/> once, to exactly one of the others.</summary>
internal enum LeaseState
{
    /// <summary>Waiting for or in delivery; renewed.</summary>
    Held,

    /// <summary>Handled or ignored; to be acknowledged.</summary>
    Done,

    /// <summary>Its delivery failed; to be nacked.</summary>
    Failed,

    /// <summary>To be nacked, its delivery not having ended.</summary>
    Returned,

    /// <summary>Given up for its age; left to expire.</summary>
    TooOld,
}
