using System.Globalization;
using System.Net.Sockets;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// A silo's address as a key of a ConfigMap, which may hold letters, digits, dots, dashes and underscores only. Different addresses have
/// different keys: IPv4 stands dotted, IPv6 as 32 hexadecimal digits, then port and generation.
/// </summary>
internal static class RowKey
{
    /// <summary>What the keys of rows begin with in the table's ConfigMap; in that of the heartbeats they stand bare.</summary>
    public const string Prefix = "silo.";

    public static string Of(SiloAddress silo) => Prefix + Bare(silo);

    public static string Bare(SiloAddress silo)
    {
        var address = silo.Endpoint.Address;
        var host = address.AddressFamily is AddressFamily.InterNetwork ? address.ToString() : Convert.ToHexStringLower(address.GetAddressBytes());
        return string.Create(CultureInfo.InvariantCulture, $"{host}-{silo.Endpoint.Port}-{silo.Generation}");
    }
}
