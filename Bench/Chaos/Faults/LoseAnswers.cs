using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Redis does what it is asked and the silos do not learn it: some connections are cut when the answer is on its way.</summary>
internal sealed class LoseAnswers(double probability, TimeSpan duration) : IFault
{
    public string Kind => "lose-answers";

    public string Description => $"{probability:P1} of Redis's answers are lost with their connections for {duration.TotalSeconds:F0} s";

    public TimeSpan Duration => duration;

    public bool EndsSilos => true;

    public async Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken)
    {
        ground.Proxy!.LoseAnswers(probability);
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        finally
        {
            ground.Proxy.LoseAnswers(0);
        }
    }
}
