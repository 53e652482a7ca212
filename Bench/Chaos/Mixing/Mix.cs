namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>
/// Everything that one run publishes: a pure function of the seed and the number of messages.
/// </summary>
/// <remarks>
/// The right answer does not depend on the order of delivery. Every life but the hand-made ones has a numeric id that all its entries
/// tell, so an event belongs to its life whenever it comes; a life is described by one creation, whose repetitions are equal byte for
/// byte; so its cluster and labels are the same whichever comes first, and an interruption of a life that is never described stays
/// parked. Ends of a life decide nothing where ids are known. A hand-made instance has one life, one creation and no times.
/// An interruption counts by its identity, and one without an identity by its message.
/// </remarks>
internal sealed class Mix
{
    private Mix(IReadOnlyList<InstanceOfMix> instances, IReadOnlyList<MixMessage> messages)
    {
        Instances = instances;
        Messages = messages;
    }

    /// <summary>All instances, with what must become of their interruptions.</summary>
    public IReadOnlyList<InstanceOfMix> Instances { get; }

    /// <summary>All messages, in the order of publishing.</summary>
    public IReadOnlyList<MixMessage> Messages { get; }

    /// <summary>The mix of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="messages">At least so many messages.</param>
    public static Mix Of(int seed, int messages)
    {
        var random = new Random(seed);
        var writer = new MixWriter(random);
        var instances = new List<InstanceOfMix>();
        while (writer.Messages.Count < messages)
        {
            instances.Add(writer.Instance(instances.Count));
            if (random.Next(40) == 0)
            {
                writer.Bad();
            }
        }

        return new Mix(instances, [.. writer.Messages.OrderBy(m => m.At)]);
    }

    /// <summary>The mix of a seed for one long fault.</summary>
    public static Mix Known(int seed, int interruptions, LongFault fault)
    {
        var (instances, messages) = KnownMix.Of(new Random(seed), interruptions, tellIds: fault != LongFault.FreezeAfterWrite);
        return new Mix(instances, [.. messages.OrderBy(m => m.At)]);
    }
}
