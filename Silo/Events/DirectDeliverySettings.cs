namespace OrleansSie.Silo.Events;

/// <summary>How long an event that goes to its instance directly is tried.</summary>
/// <param name="CallTimeout">What one call may take.</param>
/// <param name="Deadline">After this no further call is made, and the message is nacked.</param>
internal sealed record DirectDeliverySettings(TimeSpan CallTimeout, TimeSpan Deadline)
{
    public static DirectDeliverySettings Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(2));
}
