using System.Globalization;

namespace OrleansSie.Silo.Storage;

/// <summary>The size of the embedded store's cache.</summary>
internal static class StoreMemory
{
    private const long Kilo = 1024;
    private const long Mega = 1024 * Kilo;

    /// <summary>The smallest cache, in bytes.</summary>
    public const long Least = Mega;

    /// <summary>Bytes of a size such as <c>64m</c>; k, m and g count in powers of 1024.</summary>
    /// <exception cref="StoreStartException">Not a size, or not 1m to 1024g.</exception>
    public static long Parse(string size)
    {
        var text = size.Trim().ToLowerInvariant();
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'k' => Kilo, 'm' => Mega, 'g' => 1024 * Mega, >= '0' and <= '9' => 1, _ => 0 };
        var digits = unit > 1 ? text[..^1] : text;
        if (unit == 0 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > 1024 * 1024 * Mega / unit || count * unit < Least)
        {
            throw new StoreStartException($"storage.memory: '{size}' is not a size of 1m to 1024g. Write it as in 64m or 1g.");
        }

        return count * unit;
    }
}
