using Orleans.Services;

namespace OrleansSie.Silo.Reach;

/// <summary>On each silo: says which silos it reaches.</summary>
[Alias("sie.IReachService")]
internal interface IReachService : IGrainService
{
    /// <summary>Takes what the caller knows, and tells what this silo knows.</summary>
    [ResponseTimeout("00:00:05"), Alias("exchange")]
    Task<ReachRow[]> Exchange(ReachRow[] rows);
}
