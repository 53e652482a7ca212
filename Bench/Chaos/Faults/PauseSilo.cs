using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Parts;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>SIGSTOP to one silo: after some seconds the others declare it dead; then it wakes up and must not count on.</summary>
internal sealed class PauseSilo(int silo, TimeSpan duration) : IFault
{
    public string Kind => "pause-silo";

    public string Description => $"silo {silo} is paused for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    /// <summary>A silo that was declared dead ends when it learns that.</summary>
    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        var id = fleet.Members[silo].ProcessId;
        Signals.Stop(id);
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            Signals.Continue(id);
        }
    }
}
