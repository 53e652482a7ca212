using System.Text;

namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Changes that know nothing of JSON: what a broken sender or transport makes of a message.</summary>
internal static class ByteMutations
{
    private static readonly byte[] _structural = "{}[]\":,\\/0123456789.-eutfn \n"u8.ToArray();

    // Overlong forms, a lone continuation, a cut sequence, an encoded surrogate, beyond U+10FFFF; then what is valid but rare.
    private static readonly byte[][] _sequences =
    [
        [0xC0, 0x80], [0xC1, 0xBF], [0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xFE, 0xFF], [0xFF, 0xFE],
        [0xEF, 0xBB, 0xBF], [0x00], [0x00, 0x00, 0x00, 0x00], [0xC2, 0x80], [0xC2, 0x9F], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xAE], [0xF0, 0x9F, 0x98, 0x80],
        [0xC2, 0xA3], [0xCC, 0x81], [0xEF, 0xBF, 0xBD], [0x7F], [0x1B, 0x5B, 0x33, 0x31, 0x6D],
    ];

    public static byte[] Apply(byte[] data, byte[] other, FuzzRandom random)
    {
        var at = random.Below(data.Length + 1);
        var end = at + random.Below(data.Length - at + 1);
        var near = Math.Min(data.Length, at + random.Small(32));
        return random.Below(15) switch
        {
            0 => SetByte(data, at, value => (byte)(value ^ (1 << random.Below(8)))),
            1 => SetByte(data, at, _ => random.Pick(_structural)),
            2 => SetByte(data, at, _ => (byte)random.Next()),
            3 => Bytes.Insert(data, at, [random.Pick(_structural)]),
            4 => Bytes.Insert(data, at, Noise(random)),
            5 => Bytes.Replace(data, at, near, []),
            6 => Bytes.Replace(data, at, end, []),
            7 => data[..at],
            8 => Bytes.Insert(data, random.Below(data.Length + 1), data.AsSpan(at..end)),
            9 => Bytes.Insert(data, at, Bytes.Repeat(data.AsSpan(at..near), random.Small(200))),
            10 => [.. data.AsSpan(0, at), .. other.AsSpan(random.Below(other.Length + 1))],
            11 => Bytes.Insert(data, random.OneIn(3) ? 0 : at, random.Pick(_sequences)),
            12 => Bytes.Replace(data, at, near, random.Pick(_sequences)),
            13 => random.OneIn(20) ? Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(data)) : Bytes.Insert(data, at, " \t\r\n"u8),
            _ => random.OneIn(20) ? [] : [.. data.AsSpan(at), .. data.AsSpan(0, at)],
        };
    }

    private static byte[] SetByte(byte[] data, int at, Func<byte, byte> change)
    {
        if (at == data.Length)
        {
            return data;
        }

        var copy = data.ToArray();
        copy[at] = change(copy[at]);
        return copy;
    }

    private static byte[] Noise(FuzzRandom random)
    {
        var noise = new byte[random.Small(64)];
        foreach (ref var each in noise.AsSpan())
        {
            each = (byte)random.Next();
        }

        return noise;
    }
}

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
