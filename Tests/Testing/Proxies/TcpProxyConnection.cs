using System.Buffers;
using System.Net.Sockets;

namespace OrleansSie.Testing.Proxies;

/// <summary>One client of a <see cref="TcpProxy"/> and its connection to the server; both end together.</summary>
internal sealed class TcpProxyConnection : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly TcpProxy _proxy;
    private readonly IConversation? _conversation;
    private readonly TimeProvider _time;
    private readonly Socket _client;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _aborted = new();
    private volatile bool _asked;

    public TcpProxyConnection(TcpProxy proxy, Socket client, IConversation? conversation, TimeProvider time)
    {
        _proxy = proxy;
        _client = client;
        _conversation = conversation;
        _time = time;
        _client.NoDelay = true;
        _server.NoDelay = true;
    }

    /// <summary>Done when both sides are closed; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Connects to the server and forwards until either side ends.</summary>
    public void Start(string host, int port, Action ended) => Completion = Task.Run(async () =>
    {
        try
        {
            await RunAsync(host, port);
        }
        finally
        {
            Dispose();
            ended();
        }
    });

    /// <summary>Resets both sides at once; what was under way is lost.</summary>
    public void Abort() => _aborted.Cancel();

    /// <summary>Closes both sides; <see cref="Abort"/> may still be called, and does nothing.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private static bool IsEnd(Exception e) => e is SocketException or ObjectDisposedException or OperationCanceledException;

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private async Task RunAsync(string host, int port)
    {
        try
        {
            await _server.ConnectAsync(host, port, _aborted.Token);
            await Task.WhenAll(ForwardAsync(_client, _server, answers: false), ForwardAsync(_server, _client, answers: true));
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The server is not there, or this was cut before it was reached: the client sees a reset.
        }

        if (_aborted.IsCancellationRequested || !_server.Connected)
        {
            Reset(_client);
            Reset(_server);
        }
    }

    private async Task ForwardAsync(Socket from, Socket to, bool answers)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, _aborted.Token)) > 0)
            {
                if (answers && _asked && _proxy.LosesAnswer())
                {
                    await _aborted.CancelAsync();
                    return;
                }

                await DelayAsync();
                _asked |= !answers;
                await ReadAlongAsync(buffer.AsMemory(0, read), answers);
                await SendAsync(to, buffer.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsEnd(e))
        {
            await _aborted.CancelAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task ReadAlongAsync(ReadOnlyMemory<byte> piece, bool answers)
    {
        if (answers)
        {
            return _conversation?.AnsweredAsync(piece, _aborted.Token) ?? Task.CompletedTask;
        }

        _conversation?.Asked(piece.Span);
        return Task.CompletedTask;
    }

    private async ValueTask DelayAsync()
    {
        if (_proxy.Latency is var latency && latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, _time, _aborted.Token);
        }
    }

    private async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> chunk)
    {
        while (chunk.Length > 0)
        {
            chunk = chunk[await to.SendAsync(chunk, _aborted.Token)..];
        }
    }
}
