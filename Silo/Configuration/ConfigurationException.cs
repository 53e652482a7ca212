namespace OrleansSie.Silo.Configuration;

/// <summary>The configuration cannot be used. Its text is for the operator: one line a fault, no stack trace, no secret.</summary>
internal sealed class ConfigurationException : Exception
{
    /// <summary>Reports all faults of one load.</summary>
    public ConfigurationException(IReadOnlyList<ConfigurationFault> faults)
        : base(string.Join('\n', faults))
    {
        Faults = faults;
    }

    /// <summary>Everything that is wrong, in the order of the file and then of the documentation.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; }

    /// <summary>Equal to <see cref="Exception.Message"/>.</summary>
    public override string ToString() => Message;
}
