using System.Numerics;

namespace OrleansSie.Grains.Interfaces;

/// <summary>A hash of a grain's key: the same on every machine and in every version.</summary>
internal static class KeyHash
{
    /// <summary>FNV-1a over the UTF-16 code units, or over the bytes of a key in ASCII.</summary>
    public static uint Of<T>(ReadOnlySpan<T> units)
        where T : unmanaged, IBinaryInteger<T>
    {
        var hash = 2166136261u;
        foreach (var unit in units)
        {
            hash = (hash ^ uint.CreateTruncating(unit)) * 16777619u;
        }

        return hash;
    }
}
