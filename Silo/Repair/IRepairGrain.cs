namespace OrleansSie.Silo.Repair;

/// <summary>The one worker in all silos that repairs a project's gaps; key is the project's id.</summary>
[Alias("sie.IRepairGrain")]
internal interface IRepairGrain : IGrainWithStringKey
{
    /// <summary>Begins to repair the project's gap, if there is one and no attempt runs or has failed just now. Returns at once.</summary>
    [Alias("ensure-running")]
    Task EnsureRunning();
}
