using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>What one message says: exactly one of an event, or the outcome under which the message is ignored.</summary>
internal readonly record struct ParsedEntry
{
    /// <summary>The event; null when the message is ignored. Its receipt is for the caller to set.</summary>
    public InstanceEvent? Event { get; private init; }

    /// <summary>Why the message is ignored; <see cref="Outcome.none"/> when there is an event.</summary>
    public Outcome Ignored { get; private init; }

    /// <summary>
    /// One sentence for an operator about an ignored message; null when there is an event. What it quotes of the message is short
    /// and holds no control characters.
    /// </summary>
    public string? Detail { get; private init; }

    public static ParsedEntry Of(InstanceEvent instanceEvent) => new() { Event = instanceEvent };

    public static ParsedEntry Ignore(Outcome outcome, string detail) => new() { Ignored = outcome, Detail = detail };
}
