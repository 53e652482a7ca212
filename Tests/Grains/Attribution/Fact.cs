using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains.Attribution;

/// <summary>One thing that an instance hears: an event, what an inventory found, or that it is gone.</summary>
internal sealed record Fact(string Instance)
{
    public InstanceEvent? Event { get; init; }

    public InstanceSighting? Sighting { get; init; }

    public (ulong Id, DateTimeOffset At)? Vanished { get; init; }

    public static Fact Of(InstanceEvent e) => new(e.Instance) { Event = e };
}
