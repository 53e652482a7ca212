namespace Orleans.Streaming.PubSub;

/// <summary>The kinds of failure that are treated differently.</summary>
internal enum PubSubApiError
{
    /// <summary>Likely to pass: unavailable, internal, a timeout, a lost connection.</summary>
    Transient,

    /// <summary>The answer was too large or a quota is used up.</summary>
    TooMuch,

    /// <summary>The subscription does not exist.</summary>
    Missing,

    /// <summary>No credentials, or not enough rights.</summary>
    Denied,

    /// <summary>The request itself was refused.</summary>
    Refused,
}
