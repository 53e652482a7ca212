using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Two silos do not reach each other, while both reach Redis, Pub/Sub and the other silos.</summary>
internal sealed class CutSilos(int first, int second, TimeSpan duration) : IFault
{
    public string Kind => duration < TimeSpan.FromMinutes(1) ? "cut-silos" : $"cut-silos-{duration.TotalSeconds:F0}s";

    public string Description => $"silo {first} and silo {second} do not reach each other for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    /// <summary>One of them may be declared dead.</summary>
    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Networks!.Isolate(first, second);
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Networks.Heal();
        }
    }
}
