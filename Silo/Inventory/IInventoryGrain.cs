using Orleans.Concurrency;

namespace OrleansSie.Silo.Inventory;

/// <summary>The one worker in the whole cluster that lists a project's instances. Its key is the project's id.</summary>
[Alias("sie.IInventoryGrain")]
internal interface IInventoryGrain : IGrainWithStringKey
{
    /// <summary>Does nothing but see to it that the worker is there; it works by itself.</summary>
    [AlwaysInterleave, Alias("ensure-running")]
    Task EnsureRunning();

    /// <summary>Asks for a listing before the next regular one.</summary>
    [AlwaysInterleave, Alias("list-soon")]
    Task ListSoon();
}
