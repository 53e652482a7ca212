namespace OrleansSie.Silo.Configuration;

/// <summary>One row of the table of settings: what a key is called, what it accepts, what it does.</summary>
internal abstract class ConfigurationKey
{
    /// <summary>How a setting without a value is shown.</summary>
    public const string NotSet = "none";

    /// <summary>What every overriding variable begins with.</summary>
    public const string VariablePrefix = "SIE__";

    private protected ConfigurationKey(string path, string accepts, string effect)
    {
        Path = path;
        Accepts = accepts;
        Effect = effect;
    }

    /// <summary>Name in the file, sections separated by dots: <c>prometheus.port</c>.</summary>
    public string Path { get; }

    /// <summary>Environment variable that overrides the file: <c>SIE__PROMETHEUS__PORT</c>.</summary>
    public string Variable => VariablePrefix + Path.ToUpperInvariant().Replace(".", "__", StringComparison.Ordinal);

    /// <summary>Legal values in words; completes the sentence 'give ...'.</summary>
    public string Accepts { get; }

    /// <summary>What the setting does, in one sentence.</summary>
    public string Effect { get; }

    /// <summary>Whether the value must never be shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether YAML's own true and false are legal.</summary>
    public abstract bool IsFlag { get; }

    /// <summary>Variable that is read when neither the file nor <see cref="Variable"/> sets the key.</summary>
    public string? FallbackVariable { get; init; }

    /// <summary>The default in words, where it is not one constant.</summary>
    public string? DefaultInWords { get; init; }

    /// <summary>The default as the documentation shows it.</summary>
    public string Default => DefaultInWords ?? $"`{Show(SieOptions.Default)}`";

    /// <summary>The effective value for a log line: <c>***</c> for a secret, <see cref="NotSet"/> where there is none.</summary>
    public string Show(SieOptions options) => Text(options) switch
    {
        null => NotSet,
        _ when IsSecret => "***",
        var text => text,
    };

    /// <summary>Whether <paramref name="text"/> is legal, and its value if so.</summary>
    public abstract bool TryRead(string text, out object? value);

    private protected abstract string? Text(SieOptions options);
}
