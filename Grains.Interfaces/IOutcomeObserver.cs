namespace OrleansSie.Grains.Interfaces;

/// <summary>The pulling silo's ear for the outcomes of events that were handled on another silo.</summary>
[Alias("sie.outcome-observer")]
public interface IOutcomeObserver : IGrainObserver
{
    /// <summary>Takes the outcome of one delivery. A number that is no longer in flight is ignored.</summary>
    [Alias("report")]
    Task Report(long number, Outcome outcome);
}
