namespace OrleansSie.Grains.Storage;

/// <summary>A stored record that counts its commits.</summary>
internal interface ICommittedState
{
    /// <summary>Number of commits of this record.</summary>
    long Version { get; set; }
}
