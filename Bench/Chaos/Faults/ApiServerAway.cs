using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>The Kubernetes API server refuses connections, as while a control plane is upgraded, and comes back with what it knew.</summary>
internal sealed class ApiServerAway(TimeSpan duration) : IFault
{
    public string Kind => "api-away";

    public string Description => $"the Kubernetes API server is away for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    public bool EndsSilos => false;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        await ground.ApiServer!.StopAsync();
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            await ground.ApiServer.ListenAsync();
        }
    }
}
