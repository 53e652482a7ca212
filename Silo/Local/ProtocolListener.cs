using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace OrleansSie.Silo.Local;

/// <summary>Hands Kestrel the connections of one protocol. Unbinding either of a port's listeners closes the port.</summary>
internal sealed class ProtocolListener(ProtocolEndPoint endPoint, SharedPort port) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint => endPoint;

    /// <summary>Whether the connection was taken; a listener that is unbound takes none.</summary>
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
