using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Redis carries out what one silo asks, and its answers arrive after minutes.</summary>
internal sealed class SlowStore(TimeSpan duration) : IFault
{
    public string Kind => $"slow-store-{duration.TotalSeconds:F0}s";

    public string Description => $"Redis does not answer silo {Ground.HeldSilo} for {duration.TotalSeconds:F0} s; then all answers come";

    public TimeSpan Duration => duration;

    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Hold!.Close();
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Hold.Open();
        }
    }
}
