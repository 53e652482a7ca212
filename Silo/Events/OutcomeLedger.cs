using System.Collections.Concurrent;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>
/// The receipts of the events in flight on this silo, by number, so that a grain on another silo can report an outcome.
/// It holds as many as there are messages in flight.
/// </summary>
internal sealed class OutcomeLedger : IOutcomeObserver
{
    private readonly ConcurrentDictionary<long, Receipt> _open = new();
    private readonly Lazy<IOutcomeObserver> _reference;
    private long _last;

    public OutcomeLedger(IGrainFactory grains)
    {
        // Made on first use: only then the silo is up.
        _reference = new Lazy<IOutcomeObserver>(() => grains.CreateObjectReference<IOutcomeObserver>(this), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Opens the receipt of one delivery.</summary>
    public Receipt Open()
    {
        var receipt = new Receipt(Interlocked.Increment(ref _last), _reference.Value);
        _open[receipt.Number] = receipt;
        return receipt;
    }

    /// <summary>The delivery is over.</summary>
    public void Close(Receipt receipt) => _open.TryRemove(receipt.Number, out _);

    public Task Report(long number, Outcome outcome) =>
        _open.TryGetValue(number, out var receipt) ? receipt.Report(outcome) : Task.CompletedTask;
}
