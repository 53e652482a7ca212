using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// Which event comes when, and what must be stored in the end: the same for the same sizes. Instances come and go in windows,
/// as nodes do; in each window every instance has its first event before any has its second.
/// </summary>
internal sealed class SoakPlan
{
    public const int Window = 1_000;
    public const int FewestPerInstance = 4;
    public const int Clusters = 50;

    private const string Method = "compute.instances.preempted";
    private const int MostTouchedByAKill = 5_000;
    private readonly int _perInstance;

    public SoakPlan(SoakOptions options)
    {
        Events = options.Events;
        Instances = options.Instances;
        Kills = options.Kills;
        _perInstance = options.Events / options.Instances;
        Stride = Math.Max(Math.Max(options.Kills, 1), options.Instances / MostTouchedByAKill);
    }

    public int Events { get; }

    public int Instances { get; }

    public int Kills { get; }

    /// <summary>One instance of so many is interrupted once more around each kill.</summary>
    private int Stride { get; }

    /// <summary>Different interruptions of the first part.</summary>
    public long Interruptions => Enumerable.Range(0, Instances).Sum(i => (long)DifferentOf(i));

    public static string ClusterOf(int instance) => $"soak-{instance % Clusters}";

    public static string NameOf(int instance) => $"projects/{SoakEntries.Project}/zones/{SoakEntries.Zone}/instances/node-{instance}";

    /// <summary>The events of the first part, in their order.</summary>
    public IEnumerable<SoakEvent> All()
    {
        for (var first = 0; first < Instances; first += Window)
        {
            for (var step = 0; step < _perInstance; step++)
            {
                for (var instance = first; instance < first + Window; instance++)
                {
                    yield return At(instance, step);
                }
            }
        }
    }

    /// <summary>The events of one instance, in their order.</summary>
    public IEnumerable<SoakEvent> Of(int instance) => Enumerable.Range(0, _perInstance).Select(step => At(instance, step));

    /// <summary>One more interruption of instances from all over the store.</summary>
    public IEnumerable<SoakEvent> AroundKill(int kill)
    {
        for (var instance = kill; instance < Instances; instance += Stride)
        {
            yield return SoakEntries.Interruption(instance, $"kill-{kill}");
        }
    }

    /// <summary>Ids of the interruptions that an instance must have counted after the first part and so many kills.</summary>
    public HashSet<string> IdsOf(int instance, int kills)
    {
        var ids = Enumerable.Range(0, DifferentOf(instance)).Select(n => IdOf(instance, Operation(n))).ToHashSet(StringComparer.Ordinal);
        if (instance % Stride < kills)
        {
            ids.Add(IdOf(instance, $"kill-{instance % Stride}"));
        }

        return ids;
    }

    /// <summary>What every cluster must show after the first part and so many kills.</summary>
    public Dictionary<string, long> Totals(int kills) => Enumerable.Range(0, Instances)
        .GroupBy(ClusterOf)
        .ToDictionary(c => c.Key, c => c.Sum(i => DifferentOf(i) + (i % Stride < kills ? 1L : 0L)));

    /// <summary>
    /// Creation, interruptions, deletion; half of the instances have one interruption published twice, and a quarter are
    /// interrupted before they are known to exist.
    /// </summary>
    private SoakEvent At(int instance, int step)
    {
        var isLate = instance % 4 == 2;
        if (step == (isLate ? 1 : 0))
        {
            return SoakEntries.Creation(instance);
        }

        if (step == _perInstance - 1)
        {
            return SoakEntries.Deletion(instance);
        }

        var number = isLate && step == 0 ? 0 : step - 1;
        return SoakEntries.Interruption(instance, Operation(Math.Min(number, DifferentOf(instance) - 1)));
    }

    private int DifferentOf(int instance) => _perInstance - 2 - (IsRepeated(instance) ? 1 : 0);

    private static bool IsRepeated(int instance) => instance % 4 is 1 or 2;

    private static string Operation(int number) => $"systemevent-{number}";

    private static string IdOf(int instance, string operation) =>
        EventIdentity.OfOperation(SoakEntries.IdOf(instance), NameOf(instance), Method, SoakEntries.OperationOf(instance, operation), InstanceEventKind.interrupted);
}
