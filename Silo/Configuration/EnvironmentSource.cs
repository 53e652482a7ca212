namespace OrleansSie.Silo.Configuration;

/// <summary>The environment's part of the configuration. A variable that is empty or blank counts as not set; values are trimmed.</summary>
internal sealed class EnvironmentSource
{
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Dictionary<string, RawValue> _overrides = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the overrides and reports each that overrides nothing.</summary>
    public EnvironmentSource(IReadOnlyDictionary<string, string> environment, List<ConfigurationFault> faults)
    {
        _environment = environment;
        var overrides = environment.Keys
            .Where(name => name.StartsWith(ConfigurationKey.VariablePrefix, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        foreach (var name in overrides)
        {
            if (!ConfigurationKeys.ByPath.Values.Any(key => key.Variable.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                faults.Add(Unknown(name));
            }
            else if (Value(name) is { } text && !_overrides.TryAdd(name, Given(name, text)))
            {
                faults.Add(new(name, $"variable '{name}' is set twice, in upper and lower case", $"keep '{name.ToUpperInvariant()}'"));
            }
        }
    }

    /// <summary>The trimmed value of a variable, or null when it is missing, empty or blank.</summary>
    public string? Value(string name) =>
        _environment.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>What overrides the file's value of <paramref name="key"/>, or null.</summary>
    public RawValue? Override(ConfigurationKey key) => _overrides.GetValueOrDefault(key.Variable);

    /// <summary>What takes the place of a value of <paramref name="key"/> that nothing else sets, or null.</summary>
    public RawValue? Fallback(ConfigurationKey key) =>
        key.FallbackVariable is { } name && Value(name) is { } text ? Given(name, text) : null;

    private static RawValue Given(string name, string text) => new() { Text = text, Place = name, FromEnvironment = true };

    private static ConfigurationFault Unknown(string name)
    {
        var path = name[ConfigurationKey.VariablePrefix.Length..].Replace("__", ".", StringComparison.Ordinal);
        var meant = NearMiss.Of(path, ConfigurationKeys.PathsNear(path));
        var remedy = meant is null
            ? "remove it; docs/configuration.md lists every variable"
            : $"did you mean '{ConfigurationKeys.ByPath[meant].Variable}'?";
        return new(name, $"unknown variable {Wording.Name(name)}", remedy);
    }
}
