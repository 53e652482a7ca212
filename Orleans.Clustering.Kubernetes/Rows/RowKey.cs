using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// A silo's address as a key of a ConfigMap, which may hold letters, digits, dots, dashes and underscores only. Different addresses have
/// different keys: IPv4 stands dotted, IPv6 as 32 hexadecimal digits, then port and generation.
/// </summary>
internal static partial class RowKey
{
    /// <summary>What the keys of rows begin with in the table's ConfigMap; in that of the heartbeats they stand bare.</summary>
    public const string Prefix = "silo.";

    public static string Of(SiloAddress silo) => Prefix + Bare(silo);

    /// <summary>Whether a key can be that of a heartbeat.</summary>
    public static bool IsBare(string key) => BareForm().IsMatch(key);

    public static string Bare(SiloAddress silo)
    {
        var address = silo.Endpoint.Address;
        var host = address.AddressFamily is AddressFamily.InterNetwork ? address.ToString() : Convert.ToHexStringLower(address.GetAddressBytes());
        return string.Create(CultureInfo.InvariantCulture, $"{host}-{silo.Endpoint.Port}-{silo.Generation}");
    }

    [GeneratedRegex("^([0-9.]{7,15}|[0-9a-f]{32})-[0-9]{1,5}-[0-9]{1,10}$", RegexOptions.CultureInvariant)]
    private static partial Regex BareForm();
}
