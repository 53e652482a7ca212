using OrleansSie.Testing.Parts;
namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>The silos of one run. A silo that has ended, for whatever reason, is started again, as a StatefulSet would.</summary>
internal sealed class SiloFleet : IAsyncDisposable
{
    // 128 and SIGKILL: it has no last words.
    private const int Killed = 137;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _keepers;
    private readonly Action<string> _tell;
    private long _lastDeath;

    public SiloFleet(ChaosEnvironment environment, ChaosOptions options, Action<string> tell)
    {
        _tell = tell;
        _lastDeath = TimeProvider.System.GetTimestamp();
        Members = [.. Enumerable.Range(0, options.Silos).Select(number => new SiloMember(number, PlaceOf(number, environment, options)))];
        _keepers = [.. Members.Select(KeepAsync)];
    }

    public IReadOnlyList<SiloMember> Members { get; }

    /// <summary>How many processes have ended.</summary>
    public int Deaths { get; private set; }

    /// <summary>Time since one ended.</summary>
    public TimeSpan SinceLastDeath => TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastDeath));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_keepers);
        await Task.WhenAll(Members.Select(async m => await m.DisposeAsync()));
        _stopping.Dispose();
    }

    private static SiloPlace PlaceOf(int number, ChaosEnvironment environment, ChaosOptions options)
    {
        string[] program = options.IsSabotaged ? ["Bench.dll", BrokenSilo.AnswersEarly] : ["Silo.dll"];
        var place = new SiloPlace(
            environment.Folder,
            environment.AddressOf(number),
            [.. environment.Networks?.CommandPrefix(number) ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, program[0]), .. program[1..]])
            .AsSilo()
            .OnEmulator(environment.EmulatorForSilos, ChaosEnvironment.Project)
            .With("SIE__ATTRIBUTION__TIMEOUT", "1m")
            .With("SIE__STORAGE__PATH", environment.Data);
        if (environment.RedisOf(number) is { } redis)
        {
            place.OnRedis(redis);
        }

        if (environment.Nodes is { } nodes)
        {
            place.With("SIE__COMPUTE__ENDPOINT", nodes.Endpoint)
                .With("SIE__INVENTORY__INTERVAL", "10s")
                .With("SIE__REPAIR__ENABLED", "false");
        }

        if (environment.KubeConfigFile is { } kubeConfig)
        {
            place.With("SIE__CLUSTERING__PROVIDER", "kubernetes")
                .With("KUBECONFIG", kubeConfig)
                .With("SIE__CLUSTERING__CLUSTER_ID", Path.GetFileName(environment.Folder))
                .With("POD_NAME", $"sie-{number}");
        }

        return environment.ConfigMap is { } table ? place.With("SIE__CLUSTERING__KUBERNETES__CONFIG_MAP", table) : place;
    }

    private static string Shortened(string text) => text.Length > 200 ? text[..200] : text;

    private async Task KeepAsync(SiloMember member)
    {
        try
        {
            while (true)
            {
                var exitCode = await member.ExitedAsync(_stopping.Token);
                lock (_lock)
                {
                    Deaths++;
                }

                Volatile.Write(ref _lastDeath, TimeProvider.System.GetTimestamp());
                _tell($"silo {member.Number} has ended with {exitCode}{(exitCode is not (0 or Killed) ? $" ({Shortened(member.LastWords())})" : "")}; it is started again");
                await Task.Delay(_pause, TimeProvider.System, _stopping.Token);
                await member.RestartAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
