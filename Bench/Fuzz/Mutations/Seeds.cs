namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>The samples that all inputs descend from: what Compute Engine, Pub/Sub and the Compute API send.</summary>
internal static class Seeds
{
    private const string Prefix = "fuzz/";

    public static IReadOnlyList<byte[]> All { get; } = [.. Names().Select(Read)];

    private static IEnumerable<string> Names() => typeof(Seeds).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using var stream = typeof(Seeds).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
