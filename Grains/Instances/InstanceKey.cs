namespace OrleansSie.Grains.Instances;

/// <summary>Reads the parts of an instance's key, <c>projects/{project}/zones/{zone}/instances/{name}</c>.</summary>
internal static class InstanceKey
{
    public static string ProjectOf(string key) => Part(key, 1);

    public static string ZoneOf(string key) => Part(key, 3);

    private static string Part(string key, int index)
    {
        var parts = key.Split('/');
        return parts.Length == 6
            ? parts[index]
            : throw new FormatException($"'{key}' is not an instance's key: it must be projects/P/zones/Z/instances/N.");
    }
}
