namespace OrleansSie.Grains;

/// <summary>
/// The clock of the grains, registered under a key of its own: Orleans drives its own loops by the unkeyed TimeProvider, and a
/// fake one there would stop the silo, seen as calls that never end.
/// </summary>
public static class GrainClock
{
    /// <summary>The key of its <see cref="TimeProvider"/>.</summary>
    public const string Name = "sie.clock";
}
