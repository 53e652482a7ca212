namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>
/// Everything that one run publishes: a pure function of the seed and the number of messages.
/// </summary>
/// <remarks>
/// The right answer does not depend on the order of delivery. Every life but the hand-made ones has a numeric id that all its entries
/// tell, so an event belongs to its life whenever it comes; a life is described by one creation, whose repetitions are equal byte for
/// byte; so its cluster and labels are the same whichever comes first, and an interruption of a life that is never described stays
/// waiting. Ends of a life decide nothing where ids are known. A hand-made instance has one life, one creation and no times.
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
    /// <param name="seed">Any number.</param>
    /// <param name="interruptions">How many instances, with one each.</param>
    /// <param name="tellIds">Whether interruptions tell the numeric id.</param>
    public static Mix Known(int seed, int interruptions, bool tellIds)
    {
        var (instances, messages) = KnownMix.Of(new Random(seed), interruptions, tellIds);
        return new Mix(instances, [.. messages.OrderBy(m => m.At)]);
    }
}

/// <summary>One message to publish.</summary>
/// <param name="At">Its place in the run, from 0 to about 1: messages are published in this order.</param>
/// <param name="IsCreationTopic">Whether it goes to the creations' topic, else to the interruptions'.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Class">Outcome that it must end in if no fault disturbs it; see <see cref="MessageClass"/>.</param>
/// <param name="MayRepeat">False where publishing it again would make another event.</param>
internal sealed record MixMessage(double At, bool IsCreationTopic, byte[] Data, string Class, bool MayRepeat);

/// <summary>
/// The kinds of message whose sums of outcomes do not depend on the order of delivery. Those of the ignored messages are the names of
/// their outcomes.
/// </summary>
internal static class MessageClass
{
    /// <summary>Ends as counted, waiting, not_gke or duplicate.</summary>
    public const string Interruption = "interruption";

    /// <summary>Ends as created, not_gke or duplicate.</summary>
    public const string Creation = "creation";

    /// <summary>The outcomes that each of the two classes above may end in; they share two, so they are compared together.</summary>
    public static IReadOnlyList<string> Effects { get; } = ["counted", "waiting", "not_gke", "created", "duplicate"];
}
