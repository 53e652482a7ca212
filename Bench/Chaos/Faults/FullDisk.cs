using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>The embedded store's disk has no byte left for a while.</summary>
internal sealed class FullDisk(TimeSpan duration) : IFault
{
    public string Kind => "full-disk";

    public string Description => $"the disk is full for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    /// <summary>A silo that starts on a full disk may end.</summary>
    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Disk!.Fill();
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Disk.Free();
        }
    }
}
