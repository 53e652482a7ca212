using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansSie.Silo.Local;

/// <summary>The part of a <see cref="SharedPort"/> that speaks one protocol, as Kestrel names what it listens on.</summary>
internal sealed class ProtocolEndPoint(HttpProtocols protocol) : EndPoint
{
    public HttpProtocols Protocol => protocol;

    public override string ToString() => $"local Pub/Sub, {protocol}";
}
