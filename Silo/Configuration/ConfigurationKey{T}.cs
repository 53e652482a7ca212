namespace OrleansSie.Silo.Configuration;

/// <summary>A <see cref="ConfigurationKey"/> whose values are of type <typeparamref name="T"/>.</summary>
internal sealed class ConfigurationKey<T> : ConfigurationKey
{
    private readonly ValueFormat<T> _format;
    private readonly Func<SieOptions, T> _property;

    /// <param name="path">Name in the file.</param>
    /// <param name="format">What it accepts.</param>
    /// <param name="property">The option that it sets; its initial value is the key's default.</param>
    /// <param name="effect">What it does, in one sentence.</param>
    public ConfigurationKey(string path, ValueFormat<T> format, Func<SieOptions, T> property, string effect)
        : base(path, format.Accepts, effect)
    {
        _format = format;
        _property = property;
    }

    /// <summary>The value when nothing sets the key.</summary>
    public T DefaultValue => _property(SieOptions.Default);

    /// <inheritdoc/>
    public override bool IsFlag => typeof(T) == typeof(bool);

    /// <inheritdoc/>
    public override bool TryRead(string text, out object? value)
    {
        var legal = _format.TryRead(text, out var typed);
        value = typed;
        return legal;
    }

    private protected override string? Text(SieOptions options) => _format.Show(_property(options));
}
