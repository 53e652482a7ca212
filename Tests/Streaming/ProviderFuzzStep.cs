namespace OrleansSie.Tests.Streaming;

/// <summary>One step of a sequence.</summary>
/// <param name="Action">What happens.</param>
/// <param name="Stream">To which stream, where it concerns one.</param>
/// <param name="Amount">How many, how long, or which error.</param>
internal readonly record struct ProviderFuzzStep(ProviderFuzzAction Action, int Stream, int Amount);
