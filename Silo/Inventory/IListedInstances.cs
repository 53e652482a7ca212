using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Inventory;

/// <summary>Whom an inventory tells what it found.</summary>
internal interface IListedInstances
{
    /// <param name="instance">The key of the instance's grain.</param>
    /// <param name="sighting">What was found.</param>
    Task ObserveAsync(string instance, InstanceSighting sighting);

    /// <param name="instance">The key of the instance's grain.</param>
    /// <param name="id">The numeric id that is no longer listed.</param>
    /// <param name="at">When the listing began.</param>
    Task VanishAsync(string instance, ulong id, DateTimeOffset at);
}
