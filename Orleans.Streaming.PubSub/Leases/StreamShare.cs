namespace Orleans.Streaming.PubSub;

/// <summary>What one stream has of the capacity. It belongs to <see cref="HeldLeases"/> and changes under its lock.</summary>
internal sealed class StreamShare
{
    /// <summary>Its messages that are not settled.</summary>
    public int Held { get; set; }

    /// <summary>Those of them that were handed to its consumer.</summary>
    public int HandedOut { get; set; }
}
