using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Redis answers all writes with an error, on and off at random, and reads as ever.</summary>
internal sealed class RefuseWrites(int seed, TimeSpan duration) : IFault
{
    public string Kind => "refuse-writes";

    public string Description => $"Redis refuses writes on and off for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            while (TimeProvider.System.GetElapsedTime(started) < duration)
            {
                await ground.Redis!.RefuseWritesAsync(random.Next(2) == 0);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1_500)), TimeProvider.System, cancellationToken);
            }
        }
        finally
        {
            await ground.Redis!.RefuseWritesAsync(false);
        }
    }
}
