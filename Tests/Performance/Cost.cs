namespace OrleansSie.Tests.Performance;

/// <summary>What one event costs on average.</summary>
/// <param name="AllocatedBytes">Bytes that the process allocated.</param>
/// <param name="GrainCalls">Calls that grains received.</param>
/// <param name="Reads">Records that were read from the store.</param>
/// <param name="Writes">Records that were written.</param>
/// <param name="WrittenBytes">Bytes of those.</param>
internal sealed record Cost(double AllocatedBytes, double GrainCalls, double Reads, double Writes, double WrittenBytes)
{
    /// <summary>Each figure that is above its bound, in words; empty if none is.</summary>
    public IReadOnlyList<string> Above(Cost bound) =>
    [
        .. new (string Name, double Value, double Bound)[]
        {
            ("bytes allocated", AllocatedBytes, bound.AllocatedBytes),
            ("grain calls", GrainCalls, bound.GrainCalls),
            ("reads of the store", Reads, bound.Reads),
            ("writes to the store", Writes, bound.Writes),
            ("bytes written", WrittenBytes, bound.WrittenBytes),
        }.Where(f => f.Value > f.Bound).Select(f => $"{f.Name} an event: {f.Value:F2}, at most {f.Bound}"),
    ];
}
