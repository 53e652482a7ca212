namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// Identity of a GKE cluster. Clusters of the same name in two locations or projects have two keys. The location is empty where no
/// description has it. The text form escapes each part, so that no name can form another cluster's key.
/// </summary>
/// <param name="Project">Project id.</param>
/// <param name="Location">Region or zone, or empty.</param>
/// <param name="Name">The cluster's name.</param>
[GenerateSerializer, Immutable, Alias("sie.cluster-key")]
public sealed record ClusterKey(string Project, string Location, string Name)
{
    /// <summary>The grain key: <c>{project}/{location}/{name}</c>, each part percent-escaped.</summary>
    public override string ToString() =>
        $"{Uri.EscapeDataString(Project)}/{Uri.EscapeDataString(Location)}/{Uri.EscapeDataString(Name)}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not three parts.</exception>
    public static ClusterKey Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 3
            ? new ClusterKey(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]), Uri.UnescapeDataString(parts[2]))
            : throw new FormatException($"'{text}' is not a cluster key: it must be project/location/name.");
    }
}
