namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>One instance name with its lives.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Name">Its name.</param>
internal sealed record InstanceOfMix(string Zone, string Name)
{
    /// <summary>The project of all instances, by id and by number: entries of managed groups have the number in their resource name.</summary>
    public const string Project = "acme-prod-001";

    /// <inheritdoc cref="Project"/>
    public const string ProjectNumber = "904411223344";

    /// <summary>The key of its grain.</summary>
    public string Key => $"projects/{Project}/zones/{Zone}/instances/{Name}";

    /// <summary>Its lives.</summary>
    public List<Life> Lives { get; } = [];
}
