using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// A silo's address as a key of a ConfigMap, which allows only letters, digits, dots, dashes and underscores. Different addresses have
/// different keys: dotted IPv4, or IPv6 as 32 hexadecimal digits, then port and generation.
/// </summary>
internal static partial class RowKey
{
    /// <summary>The prefix of row keys in the table's ConfigMap. In that of the heartbeats keys have no prefix.</summary>
    public const string Prefix = "silo.";

    public static string Of(SiloAddress silo) => Prefix + Bare(silo);

    /// <summary>Whether a key can be a heartbeat's.</summary>
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

/// <summary>
/// The heartbeats as read once: when each silo was last alive, by its own clock. A value that is no time counts as absent.
/// </summary>
internal sealed class Heartbeats(V1ConfigMap? map)
{
    /// <summary>The last heartbeat of the silo whose row has this key.</summary>
    public DateTime? OfRow(string rowKey) => Of(rowKey[RowKey.Prefix.Length..]);

    /// <summary>
    /// The keys of other silos than the known ones whose last heartbeat is before a time, or is no time. Keys that can be no heartbeat's
    /// are foreign, and left out.
    /// </summary>
    public IEnumerable<string> Orphans(IReadOnlySet<string> known, DateTime before) =>
        (map?.Data ?? new Dictionary<string, string>()).Keys.Where(key => RowKey.IsBare(key) && !known.Contains(key) && !(Of(key) >= before));

    private DateTime? Of(string key) => map?.Data is { } data && data.TryGetValue(key, out var text) && UtcTime.TryParse(text, out var time) ? time : null;
}
