using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Web;

/// <summary>The address that metrics and health are served on, and the limits of a client.</summary>
internal static class MetricsListener
{
    /// <summary>The configured address; ::1 for 127.0.0.1 on a machine without IPv4.</summary>
    public static IPAddress Address(PrometheusOptions options) =>
        IPAddress.Parse(options.Address) is var address && address.Equals(IPAddress.Loopback) ? Loopback.Address : address;

    /// <summary>Listens where the configuration says.</summary>
    public static void ListenForMetrics(this KestrelServerOptions kestrel, PrometheusOptions options)
    {
        kestrel.AddServerHeader = false;

        // Room for thousands of idle clients, and file handles left for the store and Pub/Sub.
        kestrel.Limits.MaxConcurrentConnections = 4096;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);

        // A slower reader cannot end a scrape in time and is cut off. At Kestrel's 240 bytes a second a large document would take hours.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 512 * 1024, gracePeriod: TimeSpan.FromSeconds(5));
        if (Address(options) is var address && address.Equals(IPAddress.IPv6Any))
        {
            // All addresses, and those of IPv4 alone where the machine has no IPv6.
            kestrel.ListenAnyIP(options.Port);
        }
        else
        {
            kestrel.Listen(address, options.Port);
        }
    }
}
