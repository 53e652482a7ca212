namespace OrleansSie.Silo.Configuration;

/// <summary>What the environment and the file set, the environment first; legal or not.</summary>
internal sealed class Settings
{
    private readonly Dictionary<ConfigurationKey, RawValue> _given = [];
    private readonly Dictionary<ConfigurationKey, object?> _legal = [];

    /// <summary>Reads every key of the table and reports each illegal value.</summary>
    public Settings(IReadOnlyDictionary<string, RawValue> file, EnvironmentSource environment, List<ConfigurationError> faults)
    {
        foreach (var key in ConfigurationKeys.ByPath.Values)
        {
            var raw = environment.Override(key) ?? file.GetValueOrDefault(key.Path) ?? environment.Fallback(key);
            if (raw is null)
            {
                continue;
            }

            _given[key] = raw;
            if (key.TryRead(raw.Text, out var value) && (key.IsFlag || !raw.IsBoolean))
            {
                _legal[key] = value;
            }
            else
            {
                faults.Add(Illegal(key, raw));
            }
        }
    }

    /// <summary>Whether anything sets the key, if only to an illegal value.</summary>
    public bool IsGiven(ConfigurationKey key) => _given.ContainsKey(key);

    /// <summary>Whether the key is legal or left out, so that <see cref="Get{T}(ConfigurationKey{T})"/> returns what was meant.</summary>
    public bool IsSound(ConfigurationKey key) => !_given.ContainsKey(key) || _legal.ContainsKey(key);

    /// <summary>The value as it was written, or null when nothing sets the key.</summary>
    public RawValue? Raw(ConfigurationKey key) => _given.GetValueOrDefault(key);

    /// <summary>The legal value that is set, else the key's default.</summary>
    public T Get<T>(ConfigurationKey<T> key) => Get(key, key.DefaultValue);

    /// <summary>The legal value that is set, else <paramref name="otherwise"/>.</summary>
    public T Get<T>(ConfigurationKey<T> key, T otherwise) => _legal.TryGetValue(key, out var value) ? (T)value! : otherwise;

    private static ConfigurationError Illegal(ConfigurationKey key, RawValue raw)
    {
        if (key.IsSecret)
        {
            return new($"{raw.Place} cannot be understood (a secret is not shown)", $"give {key.Accepts}{(raw.IsBoolean ? ", in quotes" : "")}");
        }

        if (raw.IsBoolean)
        {
            var quoting = key.TryRead(raw.Text, out _) ? ", in quotes if the word itself is meant" : string.Empty;
            return new($"{raw.Place} is the boolean {raw.Text}", $"give {key.Accepts}{quoting}");
        }

        return new($"{raw.Place} is {Wording.Value(raw.Text)}", $"give {key.Accepts}");
    }
}

/// <summary>A value as it was written, before it is read. Has no text form on purpose: it may be a secret.</summary>
internal sealed class RawValue
{
    /// <summary>The characters of the value.</summary>
    public required string Text { get; init; }

    /// <summary>Where an operator finds it: <c>prometheus.port (line 9)</c> or <c>SIE__PROMETHEUS__PORT</c>.</summary>
    public required string Place { get; init; }

    /// <summary>Whether it comes from the environment, not from the file.</summary>
    public required bool FromEnvironment { get; init; }

    /// <summary>Whether YAML reads it as true or false, which only a flag takes.</summary>
    public bool IsBoolean { get; init; }
}
