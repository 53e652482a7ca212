using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>SIGKILL to Redis, which comes back after some seconds with what it had on the disk.</summary>
internal sealed class KillRedis(TimeSpan away) : IFault
{
    public string Kind => "kill-redis";

    public string Description => $"SIGKILL to Redis, back after {away.TotalSeconds:F0} s";

    public TimeSpan Duration => away + TimeSpan.FromSeconds(5);

    /// <summary>A silo that starts or cannot read the membership may end.</summary>
    public bool EndsSilos => true;

    public async Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken)
    {
        environment.Redis!.Kill();
        try
        {
            await Task.Delay(away, TimeProvider.System, cancellationToken);
        }
        finally
        {
            await environment.Redis.StartAgainAsync();
        }

        await Task.Delay(Duration - away, TimeProvider.System, cancellationToken);
    }
}

/// <summary>Redis answers all writes with an error, on and off at random, and reads as ever.</summary>
internal sealed class RefuseWrites(int seed, TimeSpan duration) : IFault
{
    public string Kind => "refuse-writes";

    public string Description => $"Redis refuses writes on and off for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    public bool EndsSilos => true;

    public async Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            while (TimeProvider.System.GetElapsedTime(started) < duration)
            {
                await environment.Redis!.RefuseWritesAsync(random.Next(2) == 0);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1_500)), TimeProvider.System, cancellationToken);
            }
        }
        finally
        {
            await environment.Redis!.RefuseWritesAsync(false);
        }
    }
}
