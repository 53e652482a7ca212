namespace Orleans.Streaming.PubSub;

/// <summary>What the circuit lets through.</summary>
internal enum CircuitState
{
    /// <summary>Everything.</summary>
    Closed,

    /// <summary>Nothing.</summary>
    Open,

    /// <summary>One message at a time.</summary>
    Trial,
}
