using System.Net;
using System.Net.Sockets;

namespace OrleansSie.Testing.Machine;

/// <summary>
/// Loopback ports for processes that are started. No port is given out twice in this process, nor one of the thousand that another process
/// has for itself: a port of its own, held while it lives, says which these are.
/// </summary>
internal static class LoopbackPorts
{
    private const int Ranges = 17;
    private const int FirstClaim = 14_980;
    private const int First = 15_000;
    private const int RangeLength = 1_000;

    private static readonly HashSet<int> _given = [];
    private static readonly TcpListener _claim = Claim();

    /// <summary>A port on which nothing listens, below those that the system hands out to connections: a restart finds it free.</summary>
    public static int Free()
    {
        lock (_given)
        {
            while (true)
            {
                var range = ((IPEndPoint)_claim.LocalEndpoint).Port - FirstClaim;
                var port = First + (range * RangeLength) + Random.Shared.Next(RangeLength);
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

    private static TcpListener Claim() => Enumerable.Range(FirstClaim, Ranges).Select(TryListen).FirstOrDefault(claim => claim is not null)
        ?? throw new InvalidOperationException($"{Ranges} processes give out loopback ports already.");

    private static bool IsFree(int port)
    {
        using var listener = TryListen(port);
        return listener is not null;
    }

    private static TcpListener? TryListen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
