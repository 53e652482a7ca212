using Orleans.Runtime.Providers;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// The pause before the next attempt: doubles from the shortest to the longest. Each pause is a random part, from half to all of it, so
/// that silos do not try at the same time.
/// </summary>
public sealed class PubSubBackoff(TimeSpan shortest, TimeSpan longest) : IMessageDeliveryBackoffProvider
{
    /// <summary>The pause after so many failures in a row, from 0 on.</summary>
    public TimeSpan Next(int attempt)
    {
        var factor = Math.Pow(2, Math.Clamp(attempt, 0, 30));
        var full = Math.Min(longest.TotalMilliseconds, shortest.TotalMilliseconds * factor);
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
