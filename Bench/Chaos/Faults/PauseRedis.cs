using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Redis answers nothing for a while, and then does all that was asked meanwhile.</summary>
internal sealed class PauseRedis(TimeSpan duration) : IFault
{
    public string Kind => "pause-redis";

    public string Description => $"Redis is paused for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    /// <summary>A silo that cannot read the membership may end.</summary>
    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Redis!.Pause();
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Redis.Resume();
        }
    }
}
