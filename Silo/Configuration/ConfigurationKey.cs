namespace OrleansSie.Silo.Configuration;

/// <summary>One row of the table of settings: what a key is called, what it accepts, what it does.</summary>
internal abstract class ConfigurationKey(string path, string accepts, string effect)
{
    /// <summary>How a setting without a value is shown.</summary>
    public const string NotSet = "none";

    /// <summary>The prefix of every overriding variable.</summary>
    public const string VariablePrefix = "SIE__";

    /// <summary>Name in the file, sections separated by dots: <c>prometheus.port</c>.</summary>
    public string Path { get; } = path;

    /// <summary>Environment variable that overrides the file: <c>SIE__PROMETHEUS__PORT</c>.</summary>
    public string Variable => VariablePrefix + Path.ToUpperInvariant().Replace(".", "__", StringComparison.Ordinal);

    /// <summary>Legal values in words; completes the sentence 'give ...'.</summary>
    public string Accepts { get; } = accepts;

    /// <summary>What the setting does, in one sentence.</summary>
    public string Effect { get; } = effect;

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

/// <summary>A <see cref="ConfigurationKey"/> whose values are of type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type of the option that it sets.</typeparam>
/// <param name="path">Name in the file.</param>
/// <param name="format">What it accepts.</param>
/// <param name="property">The option that it sets; its initial value is the key's default.</param>
/// <param name="effect">What it does, in one sentence.</param>
internal sealed class ConfigurationKey<T>(string path, ValueFormat<T> format, Func<SieOptions, T> property, string effect)
    : ConfigurationKey(path, format.Accepts, effect)
{
    /// <summary>The value when nothing sets the key.</summary>
    public T DefaultValue => property(SieOptions.Default);

    /// <inheritdoc/>
    public override bool IsFlag => typeof(T) == typeof(bool);

    /// <inheritdoc/>
    public override bool TryRead(string text, out object? value)
    {
        var legal = format.TryRead(text, out var typed);
        value = typed;
        return legal;
    }

    private protected override string? Text(SieOptions options) => format.Show(property(options));
}

/// <summary>What a key accepts: says it in words, reads it from text, and writes it back.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="accepts">Completes the sentence 'give ...'.</param>
/// <param name="isLegal">Whether a text is acceptable.</param>
/// <param name="read">The value of an acceptable text.</param>
/// <param name="show">The text of a value, or null for a value that stands for 'not set'.</param>
internal sealed class ValueFormat<T>(string accepts, Func<string, bool> isLegal, Func<string, T?> read, Func<T, string?> show)
{
    /// <summary>Completes the sentence 'give ...'; also the documentation's description of the value.</summary>
    public string Accepts => accepts;

    /// <summary>Whether <paramref name="text"/> is acceptable, and its value if so.</summary>
    public bool TryRead(string text, out T? value)
    {
        var legal = isLegal(text);
        value = legal ? read(text) : default;
        return legal;
    }

    /// <summary>The text that reads as <paramref name="value"/>, or null when it stands for 'not set'.</summary>
    public string? Show(T value) => show(value);
}
