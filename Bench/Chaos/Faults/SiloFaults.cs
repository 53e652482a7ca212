using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>SIGKILL to one or more silos in the same moment.</summary>
internal sealed class KillSilos(IReadOnlyList<int> silos) : IFault
{
    public string Kind => silos.Count == 1 ? "kill" : $"kill-{silos.Count}";

    public string Description => $"SIGKILL to silo {string.Join(", ", silos)}";

    public TimeSpan Duration => TimeSpan.FromSeconds(6);

    public bool EndsSilos => true;

    public async Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken)
    {
        foreach (var silo in silos)
        {
            Signals.Kill(fleet.Members[silo].ProcessId);
        }

        await Task.Delay(Duration, TimeProvider.System, cancellationToken);
    }
}

/// <summary>SIGTERM to one silo after the other, each when the one before has had time to come back.</summary>
internal sealed class RollingRestart(int silos, TimeSpan step) : IFault
{
    public string Kind => "roll";

    public string Description => $"SIGTERM to each of {silos} silos in turn";

    public TimeSpan Duration => silos * step;

    public bool EndsSilos => true;

    public async Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken)
    {
        foreach (var member in fleet.Members)
        {
            Signals.Terminate(member.ProcessId);
            await Task.Delay(step, TimeProvider.System, cancellationToken);
        }
    }
}

/// <summary>SIGSTOP to one silo: after some seconds the others declare it dead; then it wakes up and must not count on.</summary>
internal sealed class PauseSilo(int silo, TimeSpan duration) : IFault
{
    public string Kind => "pause-silo";

    public string Description => $"silo {silo} is paused for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    /// <summary>A silo that was declared dead ends when it learns that.</summary>
    public bool EndsSilos => true;

    public async Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken)
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
