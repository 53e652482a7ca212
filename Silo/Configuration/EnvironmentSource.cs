namespace OrleansSie.Silo.Configuration;

/// <summary>The environment's part of the configuration. A variable that is empty or blank counts as not set; values are trimmed.</summary>
internal sealed class EnvironmentSource
{
    // What every variable of this program begins with; the keys' own prefix begins so too.
    private const string Ours = "SIE_";

    // They steer the tests; a developer's shell may have them while the program runs in it.
    private const string OfTests = "SIE_TEST_";

    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Dictionary<string, RawValue> _overrides = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the overrides and reports each variable that begins as ours do and means nothing.</summary>
    public EnvironmentSource(IReadOnlyDictionary<string, string> environment, List<ConfigurationFault> faults)
    {
        _environment = environment;
        var links = new ServiceLinks(environment.Keys);
        foreach (var name in environment.Keys.Where(name => IsMeant(name, links)).Order(StringComparer.Ordinal))
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

    /// <summary>Whether somebody has set the variable for this program.</summary>
    private static bool IsMeant(string name, ServiceLinks links) =>
        name.StartsWith(ConfigurationKey.VariablePrefix, StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith(Ours, StringComparison.OrdinalIgnoreCase) && !name.StartsWith(OfTests, StringComparison.Ordinal) && !links.Hold(name));

    private static ConfigurationFault Unknown(string name)
    {
        var path = name[Ours.Length..].TrimStart('_').Replace("__", ".", StringComparison.Ordinal);
        var meant = ConfigurationKeys.ByPath.Keys.FirstOrDefault(key => IsTheSameButForDots(key, path))
            ?? NearMiss.Of(path, ConfigurationKeys.PathsNear(path));
        var remedy = meant is null
            ? "remove it; docs/configuration.md lists every variable"
            : $"did you mean '{ConfigurationKeys.ByPath[meant].Variable}'?";
        return new(name, $"unknown variable {Wording.Name(name)}", remedy);
    }

    /// <summary>As of a variable that has one '_' where the key has a dot.</summary>
    private static bool IsTheSameButForDots(string key, string path) =>
        key.Replace('.', '_').Equals(path.Replace('.', '_'), StringComparison.OrdinalIgnoreCase);
}
