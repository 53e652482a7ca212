using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Dispatch;

/// <summary>
/// The outcomes of the last messages that this silo's instances have handled. A message whose outcome came too late for its caller is
/// delivered again: it ends in the same outcome, not as a duplicate of itself.
/// </summary>
internal sealed class RecentOutcomes
{
    // Far more than may be unsettled at once. Messages that share a slot displace each other, and the older one ends as a duplicate.
    private const int SlotBits = 16;

    private readonly ulong[] _slots = new ulong[1 << SlotBits];

    /// <summary>What the message ended in when it came first, if this event is a duplicate by it. Any other outcome is remembered.</summary>
    public Outcome Resolve(InstanceEvent e, Outcome outcome)
    {
        if (e.MessageId.Length == 0)
        {
            return outcome;
        }

        var (slot, tag) = Place(e);
        if (outcome != Outcome.duplicate)
        {
            Volatile.Write(ref _slots[slot], tag | (byte)outcome);
            return outcome;
        }

        var found = Volatile.Read(ref _slots[slot]);
        return found != 0 && (found & ~(ulong)byte.MaxValue) == tag ? (Outcome)(byte)found : outcome;
    }

    private static (int Slot, ulong Tag) Place(InstanceEvent e)
    {
        // Multiplied by an odd number, so that all bits depend on both and no two values become one.
        var mixed = (((ulong)(uint)e.MessageId.GetHashCode(StringComparison.Ordinal) << 32) | (uint)e.EventId.GetHashCode(StringComparison.Ordinal)) * 0x9E3779B97F4A7C15;
        return ((int)(mixed >> (64 - SlotBits)), mixed << SlotBits >> SlotBits << 8);
    }
}
