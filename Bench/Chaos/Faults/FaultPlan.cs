using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Testing.Proxies;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Which faults a run has.</summary>
internal static class FaultPlan
{
    private const int Usual = 12;
    private const int Kills = 20;

    private static readonly TimeSpan _long = TimeSpan.FromSeconds(60);

    /// <summary>As many as the options ask for: all kinds in random order, and again.</summary>
    public static IEnumerable<IFault> Full(ChaosOptions options, Random random)
    {
        var wanted = options.Faults ?? (options.IsKubernetes ? Kills + 1 + Away(options, _long).Length : Usual);
        var faults = new List<IFault>();
        while (faults.Count < wanted)
        {
            var deck = options.IsEmbedded ? Embedded(options, random) : options.IsKubernetes ? Kubernetes(options, random) : Redis(options, random);
            random.Shuffle(deck);
            faults.AddRange(deck);
        }

        return faults.Take(wanted);
    }

    /// <summary>A few of some seconds each, always the same.</summary>
    public static IEnumerable<IFault> Short(ChaosOptions options) => options.IsEmbedded
        ? [new KillSilos([0]), new PauseSilo(0, Seconds(5)), new RollingRestart(1, Seconds(6)), Outage.PauseEmulator(Seconds(4)), new KillSilos([0])]
        : options.IsKubernetes ? [new KillSilos([0]), .. Away(options, Seconds(8)), new KillSilos([1, 2]), new RollingRestart(options.Silos, Seconds(8))]
        : options.HasNetworks ? [Outage.CutSilos(0, 1, Seconds(15)), new KillSilos([2])]
        :
        [
            new KillSilos([0]), new RefuseWrites(1, Seconds(5)), Outage.LoseAnswers(0.02, Seconds(4)),
            Outage.SlowRedis(TimeSpan.FromMilliseconds(150), Seconds(4)), new KillSilos([.. Enumerable.Range(0, options.Silos)]),
        ];

    /// <summary>One fault that lasts; a store that is slow is so twice.</summary>
    public static IEnumerable<IFault> Long(LongFault kind, double? seconds) => kind switch
    {
        LongFault.Cut => [Outage.CutSilos(0, 2, Seconds(seconds ?? 800))],
        LongFault.FreezeBeforeCall => [new FreezeSilo(StoreStep.ReadKnown, Seconds(seconds ?? 740))],
        LongFault.FreezeAfterWrite => [new FreezeSilo(StoreStep.WriteCounting, Seconds(seconds ?? 740))],
        _ => [Outage.SlowStore(Seconds(seconds ?? 150)), Outage.SlowStore(Seconds(seconds ?? 150))],
    };

    private static IFault[] Redis(ChaosOptions options, Random random) =>
        [.. options.HasNetworks && options.Silos > 1 ? Cuts(options.Silos, random) : [], .. OfAnyNetwork(options.Silos, random)];

    private static IEnumerable<IFault> Cuts(int silos, Random random)
    {
        var pair = Some(silos, 2, random);
        return [Outage.CutSilos(pair[0], pair[1], Seconds(random.Next(10, 31)))];
    }

    private static IFault[] OfAnyNetwork(int silos, Random random) =>
    [
        new KillSilos([random.Next(silos)]),
        new KillSilos([random.Next(silos)]),
        new KillSilos(Some(silos, Math.Min(2, silos), random)),
        new KillSilos(Some(silos, silos, random)),
        new RollingRestart(silos, Seconds(7)),
        new KillRedis(Seconds(random.Next(2, 9))),
        new KillRedis(Seconds(random.Next(1, 4))),
        Outage.CutRedis(Seconds(random.Next(3, 12))),
        Outage.SlowRedis(TimeSpan.FromMilliseconds(random.Next(100, 401)), Seconds(30)),
        Outage.LoseAnswers(0.005 + (random.NextDouble() * 0.03), Seconds(15)),
        new RefuseWrites(random.Next(), Seconds(20)),
        LongPause(silos, random),
    ];

    private static IFault[] Kubernetes(ChaosOptions options, Random random) =>
    [
        .. Enumerable.Range(0, Kills).Select(_ => new KillSilos([random.Next(options.Silos)])), new RollingRestart(options.Silos, Seconds(10)), .. Away(options, _long),
    ];

    private static IFault[] Away(ChaosOptions options, TimeSpan duration) => options.KubeConfig is null ? [Outage.ApiServerAway(duration)] : [];

    private static IFault[] Embedded(ChaosOptions options, Random random) =>
    [
        .. (IFault[])(options.HasSmallDisk ? [Outage.FullDisk(Seconds(random.Next(5, 20)))] : []),
        new KillSilos([0]), new KillSilos([0]), new KillSilos([0]), new RollingRestart(1, Seconds(8)),
        new PauseSilo(0, Seconds(random.Next(5, 40))), Outage.PauseEmulator(Seconds(random.Next(5, 60))),
    ];

    private static IFault LongPause(int silos, Random random) => random.Next(3) switch
    {
        0 => Outage.PauseRedis(_long),
        1 => Outage.PauseEmulator(_long),
        _ => new PauseSilo(random.Next(silos), _long),
    };

    private static List<int> Some(int silos, int count, Random random)
    {
        var all = Enumerable.Range(0, silos).ToArray();
        random.Shuffle(all);
        return [.. all.Take(count).Order()];
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
