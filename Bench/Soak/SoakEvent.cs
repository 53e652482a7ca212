namespace OrleansSie.Bench.Soak;

/// <summary>One message of the soak, and the topic it belongs to.</summary>
internal readonly record struct SoakEvent(string Topic, string Text);
