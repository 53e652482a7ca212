using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Each request and each answer on the way to Redis is held back.</summary>
internal sealed class SlowRedis(TimeSpan latency, TimeSpan duration) : IFault
{
    public string Kind => "slow-redis";

    public string Description => $"Redis is {latency.TotalMilliseconds:F0} ms away each way for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Proxy!.Latency = latency;
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Proxy.Latency = TimeSpan.Zero;
        }
    }
}
