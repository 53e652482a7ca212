using System.Globalization;

namespace OrleansSie.Silo.Storage;

/// <summary>The sizes of the embedded store, all derived from how much data it may keep in memory.</summary>
internal sealed record StoreMemory
{
    private const long Kilo = 1024;
    private const long Mega = 1024 * Kilo;
    private const long Least = 4 * Mega;

    private StoreMemory(long bytes) => Log = bytes;

    /// <summary>Bytes of data in memory.</summary>
    public long Log { get; }

    /// <summary>Bytes of a page: a sixteenth of the memory, a power of two, 256 KiB to 4 MiB.</summary>
    public long Page => Math.Clamp((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(Log / 32)), 256 * Kilo, 4 * Mega);

    /// <summary>Bytes of a page of the append-only file; the engine wants twice the data's page or more.</summary>
    public long AofPage => Math.Max(2 * Page, 4 * Mega);

    /// <summary>Bytes of the append-only file in memory.</summary>
    public long Aof => 4 * AofPage;

    /// <summary>Bytes of one file on disk: space is given back in whole files.</summary>
    public long Segment => AofPage;

    /// <summary>Reads a size such as <c>64m</c>; k, m and g count in powers of 1024.</summary>
    /// <exception cref="StoreStartException">Not a size, or below 4m.</exception>
    public static StoreMemory Parse(string size)
    {
        var text = size.Trim().ToLowerInvariant();
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'k' => Kilo, 'm' => Mega, 'g' => 1024 * Mega, >= '0' and <= '9' => 1, _ => 0 };
        var digits = unit > 1 ? text[..^1] : text;
        if (unit == 0 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / unit || count * unit < Least)
        {
            throw new StoreStartException($"storage.memory: '{size}' is not a size of at least 4m. Write it as in 64m or 1g.");
        }

        return new StoreMemory(count * unit);
    }
}
