namespace OrleansSie.Grains.Interfaces;

/// <summary>What an instance remembers of one of its interruptions.</summary>
[GenerateSerializer, Alias("sie.interruption-standing")]
public enum InterruptionStanding
{
    /// <summary>The instance does not know it, or has forgotten it.</summary>
    unknown = 0,

    /// <summary>It waits for its cluster, or is being counted.</summary>
    open = 1,

    /// <summary>The instance has recorded that its cluster counted it.</summary>
    counted = 2,
}
