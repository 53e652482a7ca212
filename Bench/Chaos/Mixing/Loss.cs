namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>One interruption.</summary>
/// <param name="Identity">What the store calls it; null where only Pub/Sub's message id, given when it is published, tells it apart.</param>
/// <param name="Reason">The value of the label <c>reason</c>.</param>
internal sealed record Loss(string? Identity, string Reason);
