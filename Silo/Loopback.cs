using System.Net;
using System.Net.Sockets;

namespace OrleansSie.Silo;

/// <summary>This machine's address for itself: 127.0.0.1, or ::1 where there is no IPv4.</summary>
internal static class Loopback
{
    public static IPAddress Address { get; } = IsHere(IPAddress.Loopback) || !IsHere(IPAddress.IPv6Loopback) ? IPAddress.Loopback : IPAddress.IPv6Loopback;

    private static bool IsHere(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
