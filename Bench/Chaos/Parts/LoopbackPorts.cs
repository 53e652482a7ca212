using System.Net;
using System.Net.Sockets;

namespace OrleansSie.Bench.Chaos.Parts;

/// <summary>Loopback ports for processes that are started. No port is given out twice in this process.</summary>
internal static class LoopbackPorts
{
    private static readonly HashSet<int> _given = [];

    /// <summary>A port on which nothing listens, below those that the system hands out to connections: a restart finds it free.</summary>
    public static int Free()
    {
        lock (_given)
        {
            while (true)
            {
                var port = Random.Shared.Next(15_000, 32_000);
                if (IsFree(port) && _given.Add(port))
                {
                    return port;
                }
            }
        }
    }

    /// <summary>Whether something accepts connections there.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
