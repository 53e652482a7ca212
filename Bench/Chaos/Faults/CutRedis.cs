using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Redis cannot be reached: connections are reset and new ones refused.</summary>
internal sealed class CutRedis(TimeSpan duration) : IFault
{
    public string Kind => "cut-redis";

    public string Description => $"no connection to Redis for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Proxy!.Cut();
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Proxy.Heal();
        }
    }
}
