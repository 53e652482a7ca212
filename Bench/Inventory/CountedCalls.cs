using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Inventory;

namespace OrleansSie.Bench.Inventory;

/// <summary>Takes what is told in the place of the grains, whose own cost is not what is measured.</summary>
internal sealed class CountedCalls : IListedInstances
{
    private int _calls;

    public int Take() => Interlocked.Exchange(ref _calls, 0);

    public Task ObserveAsync(string instance, InstanceSighting sighting)
    {
        Interlocked.Increment(ref _calls);
        return Task.CompletedTask;
    }

    public Task VanishAsync(string instance, ulong id, DateTimeOffset at)
    {
        Interlocked.Increment(ref _calls);
        return Task.CompletedTask;
    }
}
