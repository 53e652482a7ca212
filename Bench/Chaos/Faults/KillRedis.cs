using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>SIGKILL to Redis, which comes back after some seconds with what it had on the disk.</summary>
internal sealed class KillRedis(TimeSpan away) : IFault
{
    public string Kind => "kill-redis";

    public string Description => $"SIGKILL to Redis, back after {away.TotalSeconds:F0} s";

    public TimeSpan Duration => away + TimeSpan.FromSeconds(5);

    /// <summary>A silo that starts or cannot read the membership may end.</summary>
    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        await ground.Redis!.KillAsync();
        try
        {
            await Task.Delay(away, TimeProvider.System, cancellationToken);
        }
        finally
        {
            await ground.Redis.RestartAsync(CancellationToken.None);
        }

        await Task.Delay(Duration - away, TimeProvider.System, cancellationToken);
    }
}
