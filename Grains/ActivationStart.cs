using System.Runtime.CompilerServices;

namespace OrleansSie.Grains;

/// <summary>
/// Ends the turn in which an activation starts. Awaited first in every grain's OnActivateAsync, it guarantees that no grain calls
/// another one while Orleans holds a lock for it.
/// <para>
/// Cause: Orleans 10.4.2 starts an activation inside the activation's lock and keeps the lock until something is awaited that has
/// not ended yet, and a call to a grain on the same silo takes that grain's lock. Mechanism: with a directory and a store that
/// answer at once, the first requests are handled inside the lock, so two grains that start together and call each other wait for
/// each other. Symptom: whoever sends to one of them stands still, timers too, until the silo has no thread left.
/// </para>
/// </summary>
public static class ActivationStart
{
    /// <summary>What follows is in a turn of its own.</summary>
    public static YieldAwaitable EndAsync() => Task.Yield();
}
