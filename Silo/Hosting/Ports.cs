using System.Net;
using System.Net.Sockets;
using OrleansSie.Silo.Configuration;

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

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Which configured ports are taken by another process, as sentences that name the key.</summary>
    public static IReadOnlyList<string> Taken(SieOptions options)
    {
        var silo = options.Clustering is { Provider: not ClusteringProvider.localhost, AdvertisedAddress: { } address }
            ? IPAddress.Parse(address)
            : IPAddress.Loopback;
        var ports = new List<(string Key, IPAddress Address, int Port)>
        {
            ("prometheus.port", Address(options.Prometheus), options.Prometheus.Port),
            ("clustering.silo_port", silo, options.Clustering.SiloPort),
            ("clustering.gateway_port", silo, options.Clustering.GatewayPort ?? 0),
        };
        if (options.IsLocal)
        {
            ports.Add(("local.pubsub_port", IPAddress.Loopback, options.Local.PubSubPort));
        }

        return [.. ports.Where(p => p.Port != 0 && IsTaken(p.Address, p.Port)).Select(p =>
            $"{p.Key}: port {p.Port} is taken by another process; stop that, or set another port with {p.Key} or {EnvironmentName(p.Key)}.")];
    }

    /// <summary>Listens where the configuration says.</summary>
    public static void ListenForMetrics(this Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, PrometheusOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(Address(options), options.Port);
    }

    private static IPAddress Address(PrometheusOptions options) => IPAddress.Parse(options.Address);

    private static string EnvironmentName(string key) => "SIE__" + key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    private static bool IsTaken(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }
}
