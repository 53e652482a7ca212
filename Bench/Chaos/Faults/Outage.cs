using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>A part of the environment is away, slow or full for a time, and then as before.</summary>
internal sealed class Outage : IFault
{
    private readonly Func<ChaosEnvironment, Task> _begin;
    private readonly Func<ChaosEnvironment, Task> _end;

    private Outage(string kind, string description, TimeSpan duration, Func<ChaosEnvironment, Task> begin, Func<ChaosEnvironment, Task> end, bool endsSilos = true)
    {
        Kind = kind;
        Description = description;
        Duration = duration;
        EndsSilos = endsSilos;
        _begin = begin;
        _end = end;
    }

    private Outage(string kind, string description, TimeSpan duration, Action<ChaosEnvironment> begin, Action<ChaosEnvironment> end, bool endsSilos = true)
        : this(kind, description, duration, Done(begin), Done(end), endsSilos)
    {
    }

    public string Kind { get; }

    public string Description { get; }

    public TimeSpan Duration { get; }

    public bool EndsSilos { get; }

    /// <summary>Redis answers nothing, and then does all that was asked meanwhile. A silo that cannot read the membership may end.</summary>
    public static Outage PauseRedis(TimeSpan duration) => new(
        "pause-redis", $"Redis is paused for {duration.TotalSeconds:F0} s", duration, g => g.Redis!.Freeze(), g => g.Redis!.Thaw());

    /// <summary>Redis cannot be reached: connections are reset and new ones refused.</summary>
    public static Outage CutRedis(TimeSpan duration) => new(
        "cut-redis", $"no connection to Redis for {duration.TotalSeconds:F0} s", duration, g => g.Proxy!.Cut(), g => g.Proxy!.Heal());

    /// <summary>Each request and each answer on the way to Redis is held back.</summary>
    public static Outage SlowRedis(TimeSpan latency, TimeSpan duration) => new(
        "slow-redis",
        $"Redis is {latency.TotalMilliseconds:F0} ms away each way for {duration.TotalSeconds:F0} s",
        duration,
        g => g.Proxy!.Latency = latency,
        g => g.Proxy!.Latency = TimeSpan.Zero);

    /// <summary>Redis does what it is asked and the silos do not learn it: some connections are cut when the answer is on its way.</summary>
    public static Outage LoseAnswers(double probability, TimeSpan duration) => new(
        "lose-answers",
        $"{probability:P1} of Redis's answers are lost with their connections for {duration.TotalSeconds:F0} s",
        duration,
        g => g.Proxy!.LoseAnswers(probability),
        g => g.Proxy!.LoseAnswers(0));

    /// <summary>Redis carries out what one silo asks, and its answers arrive after minutes.</summary>
    public static Outage SlowStore(TimeSpan duration) => new(
        $"slow-store-{duration.TotalSeconds:F0}s",
        $"Redis does not answer silo {ChaosEnvironment.HeldSilo} for {duration.TotalSeconds:F0} s; then all answers come",
        duration,
        g => g.Hold!.Close(),
        g => g.Hold!.Open());

    /// <summary>The embedded store's disk has no byte left. A silo that starts on a full disk may end.</summary>
    public static Outage FullDisk(TimeSpan duration) => new(
        "full-disk", $"the disk is full for {duration.TotalSeconds:F0} s", duration, g => g.Disk!.Fill(), g => g.Disk!.Free());

    /// <summary>Two silos do not reach each other, while both reach Redis, Pub/Sub and the other silos. One of them may be declared dead.</summary>
    public static Outage CutSilos(int first, int second, TimeSpan duration) => new(
        duration < TimeSpan.FromMinutes(1) ? "cut-silos" : $"cut-silos-{duration.TotalSeconds:F0}s",
        $"silo {first} and silo {second} do not reach each other for {duration.TotalSeconds:F0} s",
        duration,
        g => g.Networks!.Isolate(first, second),
        g => g.Networks!.Heal());

    /// <summary>Pub/Sub answers nothing.</summary>
    public static Outage PauseEmulator(TimeSpan duration) => new(
        "pause-pubsub", $"the emulator is paused for {duration.TotalSeconds:F0} s", duration, g => g.Emulator.Freeze(), g => g.Emulator.Thaw(), endsSilos: false);

    /// <summary>The Kubernetes API server refuses connections, as while a control plane is upgraded, and comes back with what it knew.</summary>
    public static Outage ApiServerAway(TimeSpan duration) => new(
        "api-away",
        $"the Kubernetes API server is away for {duration.TotalSeconds:F0} s",
        duration,
        g => g.ApiServer!.StopAsync(),
        g => g.ApiServer!.ListenAsync(),
        endsSilos: false);

    public async Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken)
    {
        await _begin(environment);
        try
        {
            await Task.Delay(Duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            await _end(environment);
        }
    }

    private static Func<ChaosEnvironment, Task> Done(Action<ChaosEnvironment> act) => environment =>
    {
        act(environment);
        return Task.CompletedTask;
    };
}
