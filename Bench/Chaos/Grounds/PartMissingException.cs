namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>A part that the harness needs is not installed here; the message names it and says how to get it.</summary>
internal sealed class PartMissingException(string message) : Exception(message);
