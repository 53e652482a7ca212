using System.Text.RegularExpressions;

namespace OrleansSie.Silo.Configuration;

/// <summary>The environment's part of the configuration. A variable that is empty or blank counts as not set; values are trimmed.</summary>
internal sealed partial class EnvironmentSource
{
    // The prefix of every variable of this program, and the beginning of the keys' own prefix.
    private const string Ours = "SIE_";

    // Variables of the tests; the shell that runs this program may have them too.
    private const string OfTests = "SIE_TEST_";

    private const string ServiceHost = "_SERVICE_HOST";

    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Dictionary<string, RawValue> _overrides = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the overrides and reports each variable that has our prefix and no meaning.</summary>
    public EnvironmentSource(IReadOnlyDictionary<string, string> environment, List<ConfigurationError> faults)
    {
        _environment = environment;
        foreach (var name in environment.Keys.Where(IsMeant).Order(StringComparer.Ordinal))
        {
            if (!ConfigurationKeys.ByPath.Values.Any(key => key.Variable.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                faults.Add(Unknown(name));
            }
            else if (Value(name) is { } text && !_overrides.TryAdd(name, Given(name, text)))
            {
                faults.Add(new($"variable '{name}' is set twice, in upper and lower case", $"keep '{name.ToUpperInvariant()}'"));
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
    private bool IsMeant(string name) =>
        name.StartsWith(ConfigurationKey.VariablePrefix, StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith(Ours, StringComparison.OrdinalIgnoreCase) && !name.StartsWith(OfTests, StringComparison.Ordinal) && !IsServiceLink(name));

    /// <summary>
    /// Whether Kubernetes has set the variable: it gives a container some for each Service of its namespace, and those of a Service
    /// <c>sie</c> have our prefix. A name of that form without the Service's <c>{SERVICE}_SERVICE_HOST</c> is not one of them.
    /// </summary>
    private bool IsServiceLink(string name) => _environment.Keys
        .Where(host => host.EndsWith(ServiceHost, StringComparison.Ordinal))
        .Select(host => host[..^ServiceHost.Length])
        .Any(service => name.StartsWith(service, StringComparison.Ordinal) && LinkPattern().IsMatch(name.AsSpan(service.Length)));

    private static ConfigurationError Unknown(string name)
    {
        var path = name[Ours.Length..].TrimStart('_').Replace("__", ".", StringComparison.Ordinal);
        var meant = ConfigurationKeys.ByPath.Keys.FirstOrDefault(key => IsTheSameButForDots(key, path))
            ?? NearMiss.Of(path, ConfigurationKeys.PathsNear(path));
        var remedy = meant is null
            ? "remove it; docs/configuration.md lists every variable"
            : $"did you mean '{ConfigurationKeys.ByPath[meant].Variable}'?";
        return new($"unknown variable {Wording.Name(name)}", remedy);
    }

    /// <summary>True for a variable that has one '_' where the key has a dot.</summary>
    private static bool IsTheSameButForDots(string key, string path) =>
        key.Replace('.', '_').Equals(path.Replace('.', '_'), StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^(_SERVICE_HOST|_SERVICE_PORT(_[A-Z0-9_]+)?|_PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LinkPattern();
}
