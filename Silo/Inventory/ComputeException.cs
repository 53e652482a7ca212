namespace OrleansSie.Silo.Inventory;

/// <summary>A request to the Compute API failed; the message says what to do where there is something to do.</summary>
internal sealed class ComputeException : Exception
{
    public ComputeException(ComputeError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    public ComputeError Error { get; }

    /// <summary>How long the API asks to wait; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient => Error
        is ComputeError.quota or ComputeError.throttled or ComputeError.server or ComputeError.connection or ComputeError.malformed;
}
