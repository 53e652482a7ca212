namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// Carries the outcome of an event back to the silo that pulled its message, which counts it when the message is settled.
/// A grain on the same silo writes it directly; a grain on another silo sends it, and is answered, before its delivery ends.
/// </summary>
[GenerateSerializer, Alias("sie.receipt")]
public sealed class Receipt
{
    // Only the receipt that the pulling silo made is the original: a deserialized one must send.
    [NonSerialized]
    private readonly bool _isOriginal;

    [NonSerialized]
    private Outcome _outcome;

    [Id(0)]
    private readonly long _number;

    [Id(1)]
    private readonly IOutcomeObserver _observer;

    /// <summary>Makes the original receipt of one delivery.</summary>
    /// <param name="number">Identifies the delivery on the pulling silo.</param>
    /// <param name="observer">The pulling silo's ear for outcomes from other silos.</param>
    public Receipt(long number, IOutcomeObserver observer)
    {
        _isOriginal = true;
        _number = number;
        _observer = observer;
    }

    /// <summary>Identifies the delivery on the pulling silo.</summary>
    public long Number => _number;

    /// <summary>The outcome reported; <see cref="Outcome.none"/> before the first report. Meaningful on the pulling silo only.</summary>
    public Outcome Outcome => _outcome;

    /// <summary>Reports the outcome; when the task completes the pulling silo knows it.</summary>
    public Task Report(Outcome outcome)
    {
        // A second attempt of the same delivery finds the first one's effect: the effect is the outcome.
        _outcome = _outcome is Outcome.none or Outcome.duplicate ? outcome : _outcome;
        return _isOriginal ? Task.CompletedTask : _observer.Report(_number, outcome);
    }
}
