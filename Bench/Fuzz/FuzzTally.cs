using OrleansSie.Bench.Fuzz.Checks;
using OrleansSie.Bench.Fuzz.Mutations;

namespace OrleansSie.Bench.Fuzz;

/// <summary>What a worker's inputs showed, all together.</summary>
internal sealed class FuzzTally
{
    private long _inputs;

    /// <summary>Inputs so far; read by others while the worker runs.</summary>
    public long Inputs => Volatile.Read(ref _inputs);

    public Dictionary<string, long> Outcomes { get; } = [];

    public HashSet<ulong> Signatures { get; } = [];

    public long DataBytes { get; private set; }

    public int LongestData { get; private set; }

    public long AllocatedBytes { get; private set; }

    public (long Bytes, int Length) MostAllocated { get; private set; }

    /// <summary>The input whose decoding takes longest, measured three times.</summary>
    public (TimeSpan Time, FuzzInput? Input) Slowest { get; private set; }

    /// <summary>Whether the input went a new way.</summary>
    public bool Add(FuzzInput input, in Verdict verdict)
    {
        Volatile.Write(ref _inputs, _inputs + 1);
        Outcomes[verdict.Outcome] = Outcomes.GetValueOrDefault(verdict.Outcome) + 1;
        DataBytes += input.Data.Length;
        LongestData = Math.Max(LongestData, input.Data.Length);
        AllocatedBytes += verdict.Bytes;
        MostAllocated = verdict.Bytes > MostAllocated.Bytes ? (verdict.Bytes, input.Data.Length) : MostAllocated;
        return Signatures.Add(verdict.Signature);
    }

    public void AddSlow(FuzzInput input, TimeSpan time) => Slowest = time > Slowest.Time ? (time, input) : Slowest;

    public void Add(FuzzTally other)
    {
        _inputs += other._inputs;
        foreach (var (outcome, count) in other.Outcomes)
        {
            Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + count;
        }

        Signatures.UnionWith(other.Signatures);
        DataBytes += other.DataBytes;
        LongestData = Math.Max(LongestData, other.LongestData);
        AllocatedBytes += other.AllocatedBytes;
        MostAllocated = other.MostAllocated.Bytes > MostAllocated.Bytes ? other.MostAllocated : MostAllocated;
        if (other.Slowest.Input is { } slow)
        {
            AddSlow(slow, other.Slowest.Time);
        }
    }
}
