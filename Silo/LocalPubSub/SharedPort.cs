using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// One plain-text port for gRPC (HTTP/2) and REST (HTTP/1.1). Without TLS there is no ALPN, so Kestrel takes every connection of a
/// mixed endpoint for HTTP/1.1, and gRPC clients fail with HTTP_1_1_REQUIRED. This class reads the first bytes of each connection without
/// consuming them, and passes it to the listener of its protocol. For Kestrel these are two endpoints.
/// </summary>
internal sealed class SharedPort : IConnectionListenerFactory, IConnectionListenerFactorySelector, IAsyncDisposable
{
    private readonly IConnectionListener _socket;
    private readonly ProtocolListener _http1;
    private readonly ProtocolListener _http2;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _whenClosing;
    private readonly Lazy<Task> _accepting;
    private readonly Lazy<Task> _closed;

    private SharedPort(IConnectionListener socket)
    {
        _socket = socket;
        _whenClosing = _closing.Token;
        _http1 = new ProtocolListener(new ProtocolEndPoint(HttpProtocols.Http1), this);
        _http2 = new ProtocolListener(new ProtocolEndPoint(HttpProtocols.Http2), this);
        _accepting = new Lazy<Task>(AcceptAsync);
        _closed = new Lazy<Task>(CloseAsync);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.EndPoint;

    public ProtocolEndPoint Http1 => (ProtocolEndPoint)_http1.EndPoint;

    public ProtocolEndPoint Http2 => (ProtocolEndPoint)_http2.EndPoint;

    /// <summary>Binds the port on loopback. Connections are accepted once Kestrel binds its endpoints.</summary>
    public static async Task<SharedPort> OpenAsync(int port, CancellationToken ct)
    {
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new SharedPort(await sockets.BindAsync(new IPEndPoint(Loopback.Address, port), ct));
    }

    public bool CanBind(EndPoint endpoint) => endpoint == Http1 || endpoint == Http2;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        _ = _accepting.Value;
        return ValueTask.FromResult<IConnectionListener>(endpoint == Http2 ? _http2 : _http1);
    }

    /// <summary>Closes the port, and connections whose protocol is not known yet. Other connections stay open.</summary>
    public ValueTask DisposeAsync() => new(_closed.Value);

    private async Task AcceptAsync()
    {
        while (await _socket.AcceptAsync() is { } connection)
        {
            _ = HandOverAsync(connection);
        }
    }

    private async Task HandOverAsync(ConnectionContext connection)
    {
        try
        {
            var listener = await SpeaksHttp2Async(connection) ? _http2 : _http1;
            if (listener.TryOffer(connection))
            {
                return;
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The port closed, or the client left before its first bytes: there is no one to answer.
        }

        await connection.DisposeAsync();
    }

    private async Task<bool> SpeaksHttp2Async(ConnectionContext connection)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_whenClosing, connection.ConnectionClosed);
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(end.Token);
            var preface = Http2Preface.Match(read.Buffer);
            var decided = preface is not null || read.IsCompleted;
            input.AdvanceTo(read.Buffer.Start, decided ? read.Buffer.Start : read.Buffer.End);
            if (decided)
            {
                return preface is true;
            }
        }
    }

    private async Task CloseAsync()
    {
        await _closing.CancelAsync();
        await _socket.UnbindAsync();
        if (_accepting.IsValueCreated)
        {
            await _accepting.Value;
        }

        await _socket.DisposeAsync();
        _closing.Dispose();
    }
}

/// <summary>Gives Kestrel the connections of one protocol. Unbinding one of a port's two listeners closes the port.</summary>
internal sealed class ProtocolListener(ProtocolEndPoint endPoint, SharedPort port) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint => endPoint;

    /// <summary>Whether the connection was taken. An unbound listener takes none.</summary>
    public bool TryOffer(ConnectionContext connection) => _accepted.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _accepted.Reader.WaitToReadAsync(cancellationToken) ? await _accepted.Reader.ReadAsync(cancellationToken) : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _accepted.Writer.TryComplete();
        return port.DisposeAsync();
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}

/// <summary>One protocol's part of a <see cref="SharedPort"/>, as an endpoint for Kestrel.</summary>
internal sealed class ProtocolEndPoint(HttpProtocols protocol) : EndPoint
{
    public HttpProtocols Protocol => protocol;

    public override string ToString() => $"local Pub/Sub, {protocol}";
}

/// <summary>The first bytes of every HTTP/2 connection (RFC 9113, 3.4). No HTTP/1.1 request starts with them.</summary>
internal static class Http2Preface
{
    private static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Whether a connection begins with the preface; null while what has arrived may still become either.</summary>
    public static bool? Match(ReadOnlySequence<byte> arrived)
    {
        var start = arrived.Slice(0, Math.Min(arrived.Length, Bytes.Length)).ToArray();
        if (!Bytes.StartsWith(start))
        {
            return false;
        }

        return start.Length == Bytes.Length ? true : null;
    }
}
