namespace OrleansSie.Silo.Configuration;

/// <summary>What is kept of instances: the <c>instances</c> section.</summary>
internal sealed class InstancesOptions
{
    /// <summary>How long an instance's record stays after it was last heard of, by arrival. Default: 45 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(45);
}
