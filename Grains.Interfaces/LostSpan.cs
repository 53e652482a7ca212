namespace OrleansSie.Grains.Interfaces;

/// <summary>A span of time whose messages a subscription no longer holds, though nobody had pulled them.</summary>
/// <param name="From">Its beginning; an hour before it is known to begin.</param>
/// <param name="Until">Its end; an hour after it is known to end, since what waits to be pulled goes on growing old.</param>
[GenerateSerializer, Immutable, Alias("sie.lost-span")]
public sealed record LostSpan(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>How long it is.</summary>
    public TimeSpan Length => Until - From;

    /// <summary>Whether a time lies in it.</summary>
    public bool Contains(DateTimeOffset at) => at >= From && at <= Until;
}
