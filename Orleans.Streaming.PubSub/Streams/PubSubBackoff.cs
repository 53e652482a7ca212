using Orleans.Runtime.Providers;

namespace Orleans.Streaming.PubSub;

/// <summary>Doubles from the shortest pause to the longest, each pause between half and all of that, so that silos do not march in step.</summary>
internal sealed class PubSubBackoff(TimeSpan shortest, TimeSpan longest) : IMessageDeliveryBackoffProvider
{
    public TimeSpan Next(int attempt)
    {
        var factor = Math.Pow(2, Math.Clamp(attempt, 0, 30));
        var full = Math.Min(longest.TotalMilliseconds, shortest.TotalMilliseconds * factor);
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
