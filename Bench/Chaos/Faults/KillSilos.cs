using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Parts;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>SIGKILL to one or more silos in the same moment.</summary>
internal sealed class KillSilos(IReadOnlyList<int> silos) : IFault
{
    public string Kind => silos.Count == 1 ? "kill" : $"kill-{silos.Count}";

    public string Description => $"SIGKILL to silo {string.Join(", ", silos)}";

    public TimeSpan Duration => TimeSpan.FromSeconds(6);

    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        foreach (var silo in silos)
        {
            Signals.Kill(fleet.Members[silo].ProcessId);
        }

        await Task.Delay(Duration, TimeProvider.System, cancellationToken);
    }
}
