namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Edits of bytes that leave their argument as it is.</summary>
internal static class Bytes
{
    /// <summary>No input grows beyond this; Pub/Sub's own limit is ten times as much.</summary>
    public const int MaxLength = 1_000_000;

    public static byte[] Replace(byte[] data, int from, int to, ReadOnlySpan<byte> by)
    {
        if (data.Length - (to - from) + by.Length > MaxLength)
        {
            return data;
        }

        var result = new byte[data.Length - (to - from) + by.Length];
        data.AsSpan(0, from).CopyTo(result);
        by.CopyTo(result.AsSpan(from));
        data.AsSpan(to).CopyTo(result.AsSpan(from + by.Length));
        return result;
    }

    public static byte[] Insert(byte[] data, int at, ReadOnlySpan<byte> what) => Replace(data, at, at, what);

    public static byte[] Repeat(ReadOnlySpan<byte> part, int times)
    {
        times = part.IsEmpty ? 0 : Math.Min(times, MaxLength / part.Length);
        var result = new byte[part.Length * times];
        for (var i = 0; i < times; i++)
        {
            part.CopyTo(result.AsSpan(i * part.Length));
        }

        return result;
    }
}
