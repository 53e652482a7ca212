namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One subscription, key its full name: knows durably when it was last pulled, and which spans of time it lost that are not repaired yet.
/// </summary>
[Alias("sie.IPullMarkGrain")]
public interface IPullMarkGrain : IGrainWithStringKey
{
    /// <summary>
    /// Says that the subscription was pulled. If it had not been for longer than it keeps messages, the span that it lost is
    /// remembered for each of the projects in the same write that moves the mark. The first call ever loses nothing.
    /// </summary>
    /// <param name="at">When. A time less than a minute after the mark writes nothing.</param>
    /// <param name="retention">How long the subscription keeps messages.</param>
    /// <param name="projects">The projects whose events it carries.</param>
    [Alias("pulled")]
    Task Pulled(DateTimeOffset at, TimeSpan retention, IReadOnlyList<string> projects);

    /// <summary>The span that is not repaired for a project; null if there is none.</summary>
    [Alias("get-lost")]
    Task<LostSpan?> GetLost(string project);

    /// <summary>Says that everything up to a time is repaired for a project. When it returns, that is durable.</summary>
    [Alias("repaired")]
    Task Repaired(string project, DateTimeOffset until);
}

/// <summary>A span of time whose messages a subscription deleted before they were pulled.</summary>
/// <param name="From">Its beginning; an hour before it is known to begin.</param>
/// <param name="Until">Its end; an hour after it is known to end, since messages that wait to be pulled go on growing old.</param>
[GenerateSerializer, Immutable, Alias("sie.lost-span")]
public sealed record LostSpan(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>How long it is.</summary>
    public TimeSpan Length => Until - From;

    /// <summary>Whether it contains a time.</summary>
    public bool Contains(DateTimeOffset at) => at >= From && at <= Until;
}
