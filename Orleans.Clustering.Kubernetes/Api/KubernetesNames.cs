namespace Orleans.Clustering.Kubernetes;

/// <summary>What Kubernetes takes for names. The client puts them into addresses as they are, so nothing else may pass.</summary>
internal static class KubernetesNames
{
    private const int MaxLabel = 63;
    private const int MaxSubdomain = 253;

    /// <summary>A DNS label, as namespaces are named.</summary>
    public static bool IsLabel(string name) => name.Length is > 0 and <= MaxLabel && IsPlain(name) && !name.Contains('.');

    /// <summary>Dotted DNS labels, as ConfigMaps are named.</summary>
    /// <param name="name">The name.</param>
    /// <param name="spare">Letters that must still fit after it.</param>
    public static bool IsSubdomain(string name, int spare) => name.Length > 0 && name.Length + spare <= MaxSubdomain && name.Split('.').All(IsPlain);

    private static bool IsPlain(string part) => part.Length > 0
        && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
        && part[0] is not ('-' or '.')
        && part[^1] is not ('-' or '.');
}
