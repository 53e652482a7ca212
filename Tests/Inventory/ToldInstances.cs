using System.Collections.Concurrent;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Inventory;

namespace OrleansSie.Tests.Inventory;

/// <summary>Takes what an inventory tells, in the place of the grains.</summary>
internal sealed class ToldInstances : IListedInstances
{
    private readonly ConcurrentQueue<(string Instance, InstanceSighting Sighting)> _seen = new();
    private readonly ConcurrentQueue<(string Instance, ulong Id, DateTimeOffset At)> _gone = new();

    public IReadOnlyCollection<(string Instance, InstanceSighting Sighting)> Seen => _seen;

    public IReadOnlyCollection<(string Instance, ulong Id, DateTimeOffset At)> Gone => _gone;

    /// <summary>Called before anything is taken, with the instance's key; what it throws is the answer.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task ObserveAsync(string instance, InstanceSighting sighting)
    {
        await Before(instance);
        _seen.Enqueue((instance, sighting));
    }

    public async Task VanishAsync(string instance, ulong id, DateTimeOffset at)
    {
        await Before(instance);
        _gone.Enqueue((instance, id, at));
    }

    /// <summary>From now on as if nothing had been told.</summary>
    public void Clear()
    {
        _seen.Clear();
        _gone.Clear();
    }
}
