namespace OrleansSie.Grains.Interfaces;

/// <summary>Is told of interruptions that wait for their cluster, so that an inventory that would know it is taken early.</summary>
public interface IInventoryTrigger
{
    /// <summary>An interruption of this project's instance was parked. Returns at once and never throws.</summary>
    /// <param name="project">Project id.</param>
    void Parked(string project);
}
