using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace OrleansSie.Silo.Local;

/// <summary>
/// One plain-text port for gRPC (HTTP/2) and REST (HTTP/1.1). Without TLS there is no ALPN, so Kestrel takes every connection of a
/// mixed endpoint for HTTP/1.1 and gRPC clients fail with HTTP_1_1_REQUIRED. Here each accepted connection's first bytes are looked at,
/// not consumed, and the connection goes to the listener of its protocol: to Kestrel these are two endpoints.
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

    /// <summary>Binds the port on loopback; connections are accepted once Kestrel binds its endpoints.</summary>
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

    /// <summary>Closes the port, and connections that have not said their protocol; connections handed over live on.</summary>
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
            // The port closed or the client left before it said anything: there is nobody to tell.
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
