namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>One record of the store.</summary>
/// <param name="Key">As the store has it: <c>{service}/state/{grain}/{record}</c>.</param>
/// <param name="Data">Its JSON.</param>
internal sealed record StoredRecord(string Key, byte[] Data);
