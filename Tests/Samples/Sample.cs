using System.Text.Json.Nodes;

namespace OrleansSie.Tests.Samples;

/// <summary>The sample files of this folder, by their name without <c>.json</c>.</summary>
internal static class Sample
{
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(Sample).Assembly.GetManifestResourceStream(name + ".json")
            ?? throw new ArgumentException($"There is no sample '{name}'.", nameof(name));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The sample as an object of its own, to be changed by one test.</summary>
    public static JsonObject Json(string name) => JsonNode.Parse(Bytes(name))!.AsObject();

    public static IEnumerable<string> Names() => typeof(Sample).Assembly.GetManifestResourceNames()
        .Where(n => !n.Contains('/', StringComparison.Ordinal))
        .Where(name => name.EndsWith(".json", StringComparison.Ordinal))
        .Select(name => name[..^".json".Length])
        .Order(StringComparer.Ordinal);
}
