namespace OrleansSie.Grains.Storage;

/// <summary>A grain's stored state cannot be read or written now. The message names the record; the event must be delivered again.</summary>
[GenerateSerializer, Alias("sie.state-unavailable")]
public sealed class StateUnavailableException : Exception
{
    /// <inheritdoc/>
    public StateUnavailableException()
    {
    }

    /// <inheritdoc/>
    public StateUnavailableException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StateUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
