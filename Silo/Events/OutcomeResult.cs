using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>Outcomes as the results of messages: one object for each, not one for each message.</summary>
internal static class OutcomeResult
{
    private static readonly object[] _all = [.. Enumerable.Range(0, (int)Enum.GetValues<Outcome>().Max() + 1).Select(i => (object)(Outcome)i)];

    /// <summary>The outcome in its box; one that only a newer version knows has a box of its own.</summary>
    public static object Of(Outcome outcome) => (uint)outcome < (uint)_all.Length ? _all[(int)outcome] : outcome;
}
