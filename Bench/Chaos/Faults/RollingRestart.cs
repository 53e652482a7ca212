using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Parts;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>SIGTERM to one silo after the other, each when the one before has had time to come back.</summary>
internal sealed class RollingRestart(int silos, TimeSpan step) : IFault
{
    public string Kind => "roll";

    public string Description => $"SIGTERM to each of {silos} silos in turn";

    public TimeSpan Duration => silos * step;

    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        foreach (var member in fleet.Members)
        {
            Signals.Terminate(member.ProcessId);
            await Task.Delay(step, TimeProvider.System, cancellationToken);
        }
    }
}
