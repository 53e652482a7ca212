using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Pub/Sub answers nothing for a while.</summary>
internal sealed class PauseEmulator(TimeSpan duration) : IFault
{
    public string Kind => "pause-pubsub";

    public string Description => $"the emulator is paused for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    public bool EndsSilos => false;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Emulator.Pause();
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Emulator.Resume();
        }
    }
}
