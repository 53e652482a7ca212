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

    /// <summary>The configured ports that this process cannot listen on, as sentences that name the key.</summary>
    public static IReadOnlyList<string> Taken(SieOptions options)
    {
        var silo = options.Clustering is { Provider: not ClusteringProvider.localhost, AdvertisedAddress: { } address }
            ? IPAddress.Parse(address)
            : Loopback.Address;
        (ConfigurationKey Key, ConfigurationKey AddressKey, IPAddress Address, int Port)[] ports =
        [
            (ConfigurationKeys.PrometheusPort, ConfigurationKeys.PrometheusAddress, MetricsListener.Address(options.Prometheus), options.Prometheus.Port),
            (ConfigurationKeys.SiloPort, ConfigurationKeys.AdvertisedAddress, silo, options.Clustering.SiloPort),
            (ConfigurationKeys.GatewayPort, ConfigurationKeys.AdvertisedAddress, silo, options.Clustering.GatewayPort ?? 0),
            (ConfigurationKeys.LocalPubSubPort, ConfigurationKeys.LocalPubSubPort, Loopback.Address, options.IsLocal ? options.Local.PubSubPort : 0),
        ];
        return [.. ports.Where(p => p.Port != 0).Select(p => WhyNot(p.Key, p.AddressKey, p.Address, p.Port)).OfType<string>().Distinct()];
    }

    private static string? WhyNot(ConfigurationKey key, ConfigurationKey addressKey, IPAddress address, int port)
    {
        try
        {
            // TcpListener.Create listens on all addresses of IPv4 too, if the machine has both.
            using var listener = address.Equals(IPAddress.IPv6Any) ? TcpListener.Create(port) : new TcpListener(address, port);
            listener.Start();
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return $"{key.Path}: port {port} is taken by another process; stop that, or set another port with {key.Path} or {key.Variable}.";
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            return $"{addressKey.Path}: {address} is not an address of this machine; set one that is with {addressKey.Path} or {addressKey.Variable}.";
        }
    }
}
