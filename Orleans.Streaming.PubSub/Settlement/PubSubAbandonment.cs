namespace Orleans.Streaming.PubSub;

/// <summary>Why a message was given up.</summary>
public enum PubSubAbandonment
{
    /// <summary>It was not settled within <see cref="PubSubStreamOptions.MaxLeaseAge"/>.</summary>
    TooOld,

    /// <summary>It was handled, but no Acknowledge call succeeded before its lease ended.</summary>
    AckFailed,

    /// <summary>It was given back before its delivery had ended, as the silo or its pulling agents stop.</summary>
    Returned,
}
