namespace OrleansSie.Grains.Interfaces;

/// <summary>One fact about one Compute Engine instance, read from one audit log entry. The only event on the stream.</summary>
[GenerateSerializer, Immutable, Alias("sie.instance-event")]
public sealed record InstanceEvent
{
    /// <summary>The instance: <c>projects/{project id}/zones/{zone}/instances/{name}</c>, also the grain's key.</summary>
    [Id(0)]
    public required string Instance { get; init; }

    /// <summary>What happened.</summary>
    [Id(1)]
    public required InstanceEventKind Kind { get; init; }

    /// <summary>When it happened, by the entry's <c>timestamp</c>; else the time the message was published.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Identity of the event: equal for the same event however often it is delivered or published (see design: promise 2).</summary>
    [Id(3)]
    public required string EventId { get; init; }

    /// <summary>Compute Engine's numeric id of the instance, where the entry tells it.</summary>
    [Id(4)]
    public ulong? InstanceId { get; init; }

    /// <summary>Why it was taken away; only for <see cref="InstanceEventKind.interrupted"/>.</summary>
    [Id(5)]
    public InterruptionReason Reason { get; init; }

    /// <summary>What the instance is; only for <see cref="InstanceEventKind.created"/>.</summary>
    [Id(6)]
    public InstanceDescription? Description { get; init; }

    /// <summary>
    /// Whether <see cref="At"/> is the time of publishing, because the entry tells none. It is then only an upper bound of the
    /// true time, and does not show that the event came after another.
    /// </summary>
    [Id(8)]
    public bool AtIsPublishTime { get; init; }

    /// <summary>
    /// Compute Engine's id of the operation that did it, cut at 128 bytes; only for <see cref="InstanceEventKind.interrupted"/>. Empty where the
    /// entry tells none.
    /// </summary>
    [Id(9)]
    public string Operation { get; init; } = "";

    /// <summary>Pub/Sub's id of the message that told it. Empty where no message did.</summary>
    [Id(10)]
    public string MessageId { get; init; } = "";
}
