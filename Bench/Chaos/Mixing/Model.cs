using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>The exact answer to a mix, by rules that share nothing with the grains.</summary>
internal sealed class Model
{
    private Model(Figures figures, SortedDictionary<string, long> preemptions)
    {
        Figures = figures;
        Preemptions = preemptions;
    }

    /// <summary>What the store must hold at the end.</summary>
    public Figures Figures { get; }

    /// <summary>What <c>interruption_events_total</c> must show, by cluster name.</summary>
    public SortedDictionary<string, long> Preemptions { get; }

    public static Model Of(Mix mix)
    {
        var figures = new Figures();
        var preemptions = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var instance in mix.Instances)
        {
            var statuses = new InterruptionStatuses { OnlyNumbers = instance.Lives.Exists(l => l.Id is null) };
            figures.Instances[instance.Key] = statuses;
            foreach (var life in instance.Lives)
            {
                Settle(figures, preemptions, instance, life, statuses);
            }
        }

        figures.Index.UnionWith(figures.Totals.Keys);
        return new Model(figures, preemptions);
    }

    private static void Settle(
        Figures figures, SortedDictionary<string, long> preemptions, InstanceOfMix instance, Life life, InterruptionStatuses statuses)
    {
        var list = !life.CreationTold ? statuses.Waiting : life.Cluster is null ? statuses.NotGke : statuses.Counted;
        list.AddRange(life.Losses.Select(loss => loss.Identity ?? "by message"));
        if (!life.CreationTold || life.Cluster is not { } cluster)
        {
            return;
        }

        var key = new ClusterKey(InstanceOfMix.Project, cluster.Location, cluster.Name).ToString();
        figures.Add(key, null, 0);
        preemptions.TryAdd(cluster.Name, 0);
        foreach (var loss in life.Losses)
        {
            var labels = Figures.Labels(life.Hardware.NodePool, instance.Zone, life.Hardware.MachineType, life.Hardware.Provisioning, loss.Reason);
            figures.Add(key, labels, 1);
            if (loss.Age is { } age)
            {
                figures.AgesOf(key, labels).Add(age);
            }

            preemptions[cluster.Name] += loss.Reason == "preempted" ? 1 : 0;
        }
    }
}
