using System.Collections.Concurrent;
using System.Globalization;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// Which project a number stands for, learned from entries that tell both forms. Knowledge of this process alone, bounded, and safe
/// for several threads. It never changes its mind: the first id learned for a number holds, and an instance that had to be placed
/// before its number was learned stays where it was placed, so that its later events, and copies of the same event, find it there.
/// </summary>
internal sealed class ProjectNumbers
{
    /// <summary>Numbers that are learned at most; an organisation with more has no need of it, as real entries tell the id.</summary>
    public const int MaxNumbers = 10_000;

    /// <summary>Of the instances placed by their subscription, at least this many of the latest are remembered, and at most twice as many.</summary>
    public const int MinPlaced = 2_048;

    private const int MaxIdLength = 256;

    private readonly ConcurrentDictionary<ulong, byte[]> _ids = new();
    private readonly Lock _placing = new();
    private Dictionary<string, byte[]> _placed = [];
    private Dictionary<string, byte[]> _placedBefore = [];
    private int _learned;

    /// <summary>An entry told that both are the same project.</summary>
    public void Learn(ReadOnlySpan<byte> number, ReadOnlySpan<byte> id)
    {
        if (id.Length > MaxIdLength || !TryParse(number, out var key) || _ids.ContainsKey(key))
        {
            return;
        }

        if (Interlocked.Increment(ref _learned) > MaxNumbers || !_ids.TryAdd(key, id.ToArray()))
        {
            Interlocked.Decrement(ref _learned);
        }
    }

    /// <summary>The project of an instance whose name has a number that its entry does not resolve.</summary>
    /// <param name="instance">The instance's key under the number.</param>
    /// <param name="number">The number.</param>
    /// <param name="subscriptionProject">The project where the number is not known.</param>
    public ReadOnlySpan<byte> Place(string instance, ReadOnlySpan<byte> number, ReadOnlySpan<byte> subscriptionProject)
    {
        lock (_placing)
        {
            if (_placed.TryGetValue(instance, out var project))
            {
                return project;
            }

            if (!_placedBefore.TryGetValue(instance, out project) && TryParse(number, out var key) && _ids.TryGetValue(key, out var id))
            {
                return id;
            }

            if (_placed.Count == MinPlaced)
            {
                (_placedBefore, _placed) = (_placed, []);
            }

            return _placed[instance] = project ?? subscriptionProject.ToArray();
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> number, out ulong value) =>
        ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
