namespace OrleansSie.Grains.Storage;

/// <summary>A stored record that says by which schema it was written.</summary>
internal interface IVersionedState
{
    /// <summary>The newest schema that this version reads and the one it writes. It rises only when an old reader would be misled.</summary>
    const int CurrentSchema = 1;

    /// <summary>The schema of this record.</summary>
    int Schema { get; }
}
