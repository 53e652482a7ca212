namespace OrleansSie.Grains;

/// <summary>Reads the parts of an instance's key, <c>projects/{project}/zones/{zone}/instances/{name}</c>.</summary>
internal static class InstanceKey
{
    private const int Parts = 6;

    public static string ProjectOf(string key) => Part(key, 1);

    public static string ZoneOf(string key) => Part(key, 3);

    private static string Part(string key, int index)
    {
        Span<Range> parts = stackalloc Range[Parts + 1];
        return key.AsSpan().Split(parts, '/') == Parts
            ? key[parts[index]]
            : throw new FormatException($"'{key}' is not an instance's key: it must be projects/P/zones/Z/instances/N.");
    }
}
