namespace OrleansSie.Bench.Fuzz.Checks;

/// <summary>What one input showed.</summary>
/// <param name="Fault">Which promise is broken; null where all are kept.</param>
/// <param name="Outcome">The kind of event, or the outcome under which the message is ignored.</param>
/// <param name="Signature">Equal for inputs that were treated alike, as far as can be seen from outside.</param>
/// <param name="Bytes">What one decoding allocated.</param>
/// <param name="Elapsed">How long one decoding took.</param>
internal readonly record struct Verdict(string? Fault, string Outcome, ulong Signature, long Bytes, TimeSpan Elapsed);
