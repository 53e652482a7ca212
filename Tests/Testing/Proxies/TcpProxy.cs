using System.Net;
using System.Net.Sockets;

namespace OrleansSie.Testing.Proxies;

/// <summary>A TCP forwarder that can be slow, cut, and lose answers; everything can be set while it runs.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<TcpProxyConnection> _connections = [];
    private readonly string _targetHost;
    private readonly int _targetPort;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Func<IConversation>? _listen;
    private readonly Socket _reservation;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _latencyTicks;
    private double _lossProbability;
    private bool _disposed;
    private int _lostAnswers;

    private TcpProxy(IPEndPoint endPoint, string targetHost, int targetPort, int seed, Func<IConversation>? listen, TimeProvider time)
    {
        _targetHost = targetHost;
        _targetPort = targetPort;
        _time = time;
        _random = new Random(seed);
        _listen = listen;

        // Bound but never listening: keeps the port from being handed out to anyone else while the proxy is cut.
        _reservation = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _reservation.Bind(endPoint);
            EndPoint = (IPEndPoint)_reservation.LocalEndPoint!;
            Heal();
        }
        catch (SocketException)
        {
            _reservation.Dispose();
            throw;
        }
    }

    /// <summary>Where clients connect to.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The port of <see cref="EndPoint"/>.</summary>
    public int Port => EndPoint.Port;

    /// <summary>How long every chunk is held back, in either direction; zero passes it on at once.</summary>
    public TimeSpan Latency
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _latencyTicks));
        set => Volatile.Write(ref _latencyTicks, value.Ticks);
    }

    /// <summary>How many answers were kept back so far, each at the price of its connection.</summary>
    public int LostAnswers => Volatile.Read(ref _lostAnswers);

    /// <summary>Starts forwarding. Port 0 takes a free one; the address is 127.0.0.1 when none is given; each connection may be read along.</summary>
    public static TcpProxy Start(
        string targetHost, int targetPort, int port = 0, IPAddress? address = null, int seed = 1, Func<IConversation>? listen = null, TimeProvider? time = null) =>
        new(new IPEndPoint(address ?? IPAddress.Loopback, port), targetHost, targetPort, seed, listen, time ?? TimeProvider.System);

    /// <summary>Resets all connections and refuses new ones until <see cref="Heal"/>.</summary>
    public void Cut()
    {
        TcpProxyConnection[] cut;
        lock (_lock)
        {
            var listener = _listener;
            _listener = null;
            listener?.Dispose();
            cut = [.. _connections];
        }

        foreach (var connection in cut)
        {
            connection.Abort();
        }
    }

    /// <summary>Accepts connections again, on the same port; does nothing when it was not cut.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_listener is not null)
            {
                return;
            }

            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                listener.Bind(EndPoint);
                listener.Listen(128);
            }
            catch (SocketException)
            {
                listener.Dispose();
                throw;
            }

            _listener = listener;
            _accepting = AcceptAsync(listener);
        }
    }

    /// <summary>
    /// From now on each answer is withheld with this probability and its connection reset: the server has done what was asked, the client never learns.
    /// </summary>
    public void LoseAnswers(double probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        lock (_lock)
        {
            _lossProbability = probability;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        Cut();
        Task[] running;
        lock (_lock)
        {
            running = [.. _connections.Select(c => c.Completion), _accepting];
        }

        await Task.WhenAll(running);
        _reservation.Dispose();
    }

    /// <summary>Whether the answer at hand is to be lost: one draw of the seeded dice an answer.</summary>
    internal bool LosesAnswer()
    {
        lock (_lock)
        {
            if (_lossProbability == 0 || _random.NextDouble() >= _lossProbability)
            {
                return false;
            }

            _lostAnswers++;
            return true;
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                if (!TryServe(listener, client))
                {
                    client.Dispose();
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException && !IsCurrent(listener))
        {
            // Cut or disposed, which is the only end this loop has.
        }
    }

    private bool TryServe(Socket listener, Socket client)
    {
        lock (_lock)
        {
            if (_listener != listener)
            {
                return false;
            }

            var connection = new TcpProxyConnection(this, client, _listen?.Invoke(), _time);
            _connections.Add(connection);
            connection.Start(_targetHost, _targetPort, () => Forget(connection));
            return true;
        }
    }

    private void Forget(TcpProxyConnection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    private bool IsCurrent(Socket listener)
    {
        lock (_lock)
        {
            return _listener == listener;
        }
    }
}

/// <summary>Reads along on one connection of a <see cref="TcpProxy"/>, and may hold its answers back. Both sides are called side by side.</summary>
internal interface IConversation
{
    /// <summary>A piece of what the client sends, before the server has it.</summary>
    void Asked(ReadOnlySpan<byte> piece);

    /// <summary>A piece of what the server answers. The client has it when this has ended; the connection is reset where this is cancelled.</summary>
    Task AnsweredAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken);
}
