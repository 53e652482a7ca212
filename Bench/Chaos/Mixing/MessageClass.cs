namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>
/// The kinds of message whose sums of outcomes do not depend on the order of delivery. Those of the ignored messages are the names of
/// their outcomes.
/// </summary>
internal static class MessageClass
{
    /// <summary>Ends as counted, parked, not_gke or duplicate.</summary>
    public const string Interruption = "interruption";

    /// <summary>Ends as created, not_gke or duplicate.</summary>
    public const string Creation = "creation";

    /// <summary>The outcomes that each of the two classes above may end in; they share two, so they are compared together.</summary>
    public static IReadOnlyList<string> Effects { get; } = ["counted", "parked", "not_gke", "created", "duplicate"];
}
