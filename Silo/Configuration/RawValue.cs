namespace OrleansSie.Silo.Configuration;

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
