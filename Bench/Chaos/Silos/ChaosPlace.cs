using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>The places of a chaos run.</summary>
internal static class ChaosPlace
{
    public static SiloPlace Of(int number, Ground ground, ChaosOptions options)
    {
        string[] program = options.IsSabotaged ? ["Bench.dll", BrokenSilo.AnswersEarly] : ["Silo.dll"];
        var place = new SiloPlace(
            ground.Folder,
            ground.AddressOf(number),
            [.. ground.Networks?.CommandPrefix(number) ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, program[0]), .. program[1..]])
            .AsSilo()
            .OnEmulator(ground.EmulatorForSilos)
            .With("SIE__ATTRIBUTION__TIMEOUT", "1m")
            .With("SIE__STORAGE__PATH", ground.Data);
        if (ground.RedisOf(number) is { } redis)
        {
            place.OnRedis(redis);
        }

        return ground.KubeConfigFile is { } kubeConfig ? OnKubernetes(place, number, ground, kubeConfig) : place;
    }

    private static SiloPlace OnKubernetes(SiloPlace place, int number, Ground ground, string kubeConfig)
    {
        place.With("SIE__CLUSTERING__PROVIDER", "kubernetes")
            .With("KUBECONFIG", kubeConfig)
            .With("SIE__CLUSTERING__CLUSTER_ID", Path.GetFileName(ground.Folder))
            .With("POD_NAME", $"sie-{number}");
        return ground.ConfigMap is { } table ? place.With("SIE__CLUSTERING__KUBERNETES__CONFIG_MAP", table) : place;
    }
}
