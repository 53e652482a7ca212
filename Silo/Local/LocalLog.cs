using System.Net;

namespace OrleansSie.Silo.Local;

/// <summary>What the local Pub/Sub tells an operator. Event ids 300 to 319.</summary>
internal static partial class LocalLog
{
    [LoggerMessage(EventId = 300, EventName = "LocalPubSubListening", Level = LogLevel.Information,
        Message = "The local Pub/Sub listens on http://{EndPoint}, gRPC and REST; it keeps nothing when the process ends")]
    public static partial void Listening(ILogger logger, IPEndPoint endPoint);
}
