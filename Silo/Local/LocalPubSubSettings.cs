using Microsoft.Extensions.Logging.Abstractions;

namespace OrleansSie.Silo.Local;

/// <summary>What a local Pub/Sub is started with.</summary>
internal sealed record LocalPubSubSettings
{
    /// <summary>The loopback port, configuration key <c>local.pubsub_port</c>; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock of ack deadlines, back-off, long polls and publish times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the one line of a start, and warnings and errors of the HTTP server, go.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Full names of topics, each with a subscription, that exist from the start; a topic may be named more than once.</summary>
    public IReadOnlyList<(string Topic, string Subscription)> Ready { get; init; } = [];
}
