namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Where one value stands in a text, and the name before it with its quotes; the name is empty for an array's item.</summary>
internal readonly record struct JsonSpan(int NameStart, int NameEnd, int Start, int End)
{
    public bool HasName => NameEnd > NameStart;

    /// <summary>Where the field begins: at its name, or at the value of an array's item.</summary>
    public int FieldStart => HasName ? NameStart : Start;

    public ReadOnlySpan<byte> Name(byte[] data) => HasName ? data.AsSpan(NameStart + 1, NameEnd - NameStart - 2) : default;

    public ReadOnlySpan<byte> Value(byte[] data) => data.AsSpan(Start, End - Start);
}
