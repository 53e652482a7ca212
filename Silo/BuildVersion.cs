using System.Reflection;

namespace OrleansSie.Silo;

/// <summary>Which build this is, from the assembly's informational version (<c>1.2.3+commit</c>).</summary>
internal static class BuildVersion
{
    private static readonly string[] _parts = (typeof(BuildVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+', 2);

    public static string Version => _parts[0];

    public static string Commit => _parts.Length > 1 ? _parts[1] : "unknown";
}
