using System.Security.Cryptography;
using System.Text;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Whose table it is and in which ConfigMaps it stands.</summary>
/// <param name="Namespace">The namespace of both ConfigMaps.</param>
/// <param name="Name">The ConfigMap of the table.</param>
/// <param name="ServiceId">Orleans' service id.</param>
/// <param name="ClusterId">Orleans' cluster id.</param>
internal sealed record TableIdentity(string Namespace, string Name, string ServiceId, string ClusterId)
{
    /// <summary>What the name of the heartbeats' ConfigMap has after the table's.</summary>
    public const string AliveSuffix = "-alive";

    private const int MaxPart = 40;

    /// <summary>The ConfigMap of the heartbeats.</summary>
    public string AliveName => Name + AliveSuffix;

    /// <summary>A name that no other pair of ids has, also where they differ by case, or one begins as the other does.</summary>
    public static string DefaultName(string serviceId, string clusterId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{serviceId}\n{clusterId}"));
        var parts = new[] { "orleans", Plain(serviceId), Plain(clusterId), Convert.ToHexStringLower(hash)[..8] };
        return string.Join('-', parts.Where(part => part.Length > 0));
    }

    private static string Plain(string id)
    {
        var plain = string.Concat(id.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-')).Trim('-');
        return plain.Length <= MaxPart ? plain : plain[..MaxPart].TrimEnd('-');
    }
}
