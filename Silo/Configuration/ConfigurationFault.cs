namespace OrleansSie.Silo.Configuration;

/// <summary>One thing that is wrong with the configuration. Never holds a secret.</summary>
/// <param name="Key">The key, variable or file at fault.</param>
/// <param name="Problem">What is wrong; names the key and where it was given.</param>
/// <param name="Remedy">What would be right.</param>
internal sealed record ConfigurationFault(string Key, string Problem, string Remedy)
{
    /// <summary>The line an operator reads.</summary>
    public override string ToString() => $"{Problem}: {Remedy}";
}
