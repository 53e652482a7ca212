using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>
/// Instances of a few clusters, each with a creation at the start and one preemption that is published twice. Before the
/// <see cref="Middle"/> none comes a second time: what is being counted then is not counted by its double.
/// </summary>
internal static class KnownMix
{
    /// <summary>Half of the run.</summary>
    public const double Middle = 0.5;

    private const string Preempted = "compute.instances.preempted";
    private const int Clusters = 6;

    private static readonly Hardware _hardware = new("spot", "n2d-standard-8", "spot");

    /// <param name="random">Decides.</param>
    /// <param name="interruptions">How many instances, with one each.</param>
    /// <param name="tellIds">Whether interruptions tell the numeric id. Of one that does not, it is written where it is counted before it is.</param>
    public static (IReadOnlyList<InstanceOfMix> Instances, List<MixMessage> Messages) Of(Random random, int interruptions, bool tellIds)
    {
        var instances = new List<InstanceOfMix>();
        var messages = new List<MixMessage>();
        for (var i = 0; i < interruptions; i++)
        {
            var instance = new InstanceOfMix("europe-west1-c", $"gke-spot-{i}");
            var life = new Life(8_430_700_000_000_000_000 + (ulong)i, true, new ClusterOfMix($"cluster-{random.Next(Clusters)}", "europe-west1"), _hardware);
            var operation = $"systemevent-{i}-{random.Next():x8}";
            life.Losses.Add(new Loss(EventIdentity.OfOperation(tellIds ? life.Id : null, instance.Key, Preempted, operation, InstanceEventKind.interrupted), "preempted", 40_000));
            instance.Lives.Add(life);
            instances.Add(instance);

            messages.Add(new MixMessage(0, true, EntryText.Creation(instance, life, $"operation-{i}", second: i), MessageClass.Creation, MayRepeat: true));
            var loss = EntryText.Event(Preempted, instance, tellIds ? life : null, operation, second: 40_000 + i);
            double[] places = random.Next(2) == 0 ? [random.NextDouble() * Middle, Later(random)] : [Later(random), Later(random)];
            messages.AddRange(places.Select(at => new MixMessage(at, false, loss, MessageClass.Interruption, MayRepeat: true)));
        }

        return (instances, messages);
    }

    private static double Later(Random random) => Middle + (random.NextDouble() * Middle);
}
