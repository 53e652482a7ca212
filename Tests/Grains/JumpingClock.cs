using Microsoft.Extensions.Time.Testing;

namespace OrleansSie.Tests.Grains;

/// <summary>A clock whose wall time can jump, as a machine's does when it is set; its monotonic time and its timers do not.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private long _jumped;

    /// <summary>Sets the wall clock forward or back.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _jumped));

    // The base class takes its monotonic time from GetUtcNow.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
