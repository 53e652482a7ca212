namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>SplitMix64: one seed gives one sequence, on every machine and in every version of .NET.</summary>
internal sealed class FuzzRandom
{
    private ulong _state;

    public FuzzRandom(ulong seed) => _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to one less than the limit; 0 where the limit is not positive.</summary>
    public int Below(int limit) => limit <= 0 ? 0 : (int)(Next() % (ulong)limit);

    /// <summary>True once in so many.</summary>
    public bool OneIn(int chances) => Below(chances) == 0;

    /// <summary>From 1 to the limit, small ones far oftener than large ones.</summary>
    public int Small(int limit) => 1 + Below(1 + Below(1 + Below(limit)));

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
