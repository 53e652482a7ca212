using System.Net;
using System.Net.Sockets;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Web;

namespace OrleansSie.Silo.Hosting;

/// <summary>The ports a silo listens on.</summary>
internal static class Ports
{
    /// <summary>The port itself, or a free one for 0.</summary>
    public static int OrFree(int port)
    {
        if (port != 0)
        {
            return port;
        }

        using var listener = new TcpListener(Loopback.Address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Which configured ports cannot be had, as sentences that name the key.</summary>
    public static IReadOnlyList<string> Taken(SieOptions options)
    {
        var silo = options.Clustering is { Provider: not ClusteringProvider.localhost, AdvertisedAddress: { } address }
            ? IPAddress.Parse(address)
            : Loopback.Address;
        var ports = new List<(string Key, string AddressKey, IPAddress Address, int Port)>
        {
            ("prometheus.port", "prometheus.address", MetricsListener.Address(options.Prometheus), options.Prometheus.Port),
            ("clustering.silo_port", "clustering.advertised_address", silo, options.Clustering.SiloPort),
            ("clustering.gateway_port", "clustering.advertised_address", silo, options.Clustering.GatewayPort ?? 0),
        };
        if (options.IsLocal)
        {
            ports.Add(("local.pubsub_port", "local.pubsub_port", Loopback.Address, options.Local.PubSubPort));
        }

        return [.. ports.Where(p => p.Port != 0).Select(p => WhyNot(p.Key, p.AddressKey, p.Address, p.Port)).OfType<string>().Distinct()];
    }

    private static string EnvironmentName(string key) => "SIE__" + key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    private static string? WhyNot(string key, string addressKey, IPAddress address, int port)
    {
        try
        {
            // Of all addresses also those of IPv4, where the machine has both.
            using var listener = address.Equals(IPAddress.IPv6Any) ? TcpListener.Create(port) : new TcpListener(address, port);
            listener.Start();
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return $"{key}: port {port} is taken by another process; stop that, or set another port with {key} or {EnvironmentName(key)}.";
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            return $"{addressKey}: {address} is not an address of this machine; set one that is with {addressKey} or {EnvironmentName(addressKey)}.";
        }
    }
}
