using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Gaps;

/// <summary>
/// Decides what a subscription lost while it was not pulled. Pure: it changes the state in memory only, and says whether it did.
/// </summary>
internal static class PullMark
{
    /// <summary>The mark is written no more often than this.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A lost span is taken to be longer by this at both ends: what was in flight at the mark was not acknowledged, and what is left
    /// grows older while it waits to be pulled. Looking at too much does no harm, as an interruption that is known is not counted again.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>More gaps than these become fewer and longer ones.</summary>
    public const int MaxGaps = 32;

    /// <summary>The longest time that Compute Engine keeps operations: what is older cannot be repaired.</summary>
    public static readonly TimeSpan OperationsKept = TimeSpan.FromDays(14);

    /// <summary>Moves the mark to a pull, and remembers what was lost before it.</summary>
    /// <returns>Whether the state changed.</returns>
    public static bool Advance(PullMarkState state, DateTimeOffset at, TimeSpan retention, IReadOnlyList<string> projects)
    {
        // A mark that a wrong clock has set into the future is taken back: it would hide the next gap.
        if (state.LastPulledAt is { } mark && at < mark + Step && at > mark - Margin)
        {
            return false;
        }

        state.Gaps.RemoveAll(gap => IsForgotten(gap, at));
        if (state.LastPulledAt is { } last && LostBetween(last, at, retention) is { } lost && projects.Count > 0)
        {
            state.Gaps.Add(new PullGap { From = lost.From, Until = lost.Until, Projects = [.. projects] });
            Join(state.Gaps);
        }

        state.LastPulledAt = at;
        return true;
    }

    /// <summary>Whether a gap can no longer be repaired.</summary>
    public static bool IsForgotten(PullGap gap, DateTimeOffset at) => gap.Until <= at - OperationsKept;

    /// <summary>From the first to the last time that any gap of the project spans; null if it has none.</summary>
    public static LostSpan? LostOf(PullMarkState state, string project)
    {
        var gaps = state.Gaps.FindAll(gap => gap.Projects.Contains(project));
        return gaps.Count == 0 ? null : new LostSpan(gaps.Min(gap => gap.From), gaps.Max(gap => gap.Until));
    }

    /// <summary>Forgets a project's gaps up to a time.</summary>
    /// <returns>Whether the state changed.</returns>
    public static bool Close(PullMarkState state, string project, DateTimeOffset until)
    {
        var closed = state.Gaps.Where(gap => gap.Until <= until).Count(gap => gap.Projects.Remove(project));
        state.Gaps.RemoveAll(gap => gap.Projects.Count == 0);
        return closed > 0;
    }

    /// <summary>What a subscription loses between two pulls; null if it loses nothing that can still be repaired.</summary>
    private static LostSpan? LostBetween(DateTimeOffset last, DateTimeOffset at, TimeSpan retention)
    {
        if (at - last <= retention)
        {
            return null;
        }

        var from = Later(last - Margin, at - OperationsKept);
        var until = at - retention + Margin;
        until = until < at ? until : at;
        return from < until ? new LostSpan(from, until) : null;
    }

    /// <summary>Above the number that is kept, the two oldest become one.</summary>
    private static void Join(List<PullGap> gaps)
    {
        if (gaps.Count > MaxGaps)
        {
            gaps[1].From = gaps[0].From < gaps[1].From ? gaps[0].From : gaps[1].From;
            gaps[1].Until = Later(gaps[0].Until, gaps[1].Until);
            gaps[1].Projects = [.. gaps[0].Projects.Union(gaps[1].Projects)];
            gaps.RemoveAt(0);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>What is stored of one subscription.</summary>
internal sealed class PullMarkState : IVersionedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>When it was last pulled, to the minute; null if it never was.</summary>
    [JsonPropertyName("p")]
    public DateTimeOffset? LastPulledAt { get; set; }

    /// <summary>What it lost and what is not repaired for every project, oldest first.</summary>
    [JsonPropertyName("g")]
    public List<PullGap> Gaps { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A span of time whose messages a subscription lost.</summary>
internal sealed class PullGap
{
    [JsonPropertyName("f")]
    public DateTimeOffset From { get; set; }

    [JsonPropertyName("u")]
    public DateTimeOffset Until { get; set; }

    /// <summary>The projects for which it is not repaired yet.</summary>
    [JsonPropertyName("p")]
    public List<string> Projects { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
