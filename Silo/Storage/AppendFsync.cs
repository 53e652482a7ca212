namespace OrleansSie.Silo.Storage;

/// <summary>When the store puts a write it acknowledges on disk; the names are the label values.</summary>
internal enum AppendFsync
{
    /// <summary>The store does not say.</summary>
    unknown,

    /// <summary>Before it acknowledges.</summary>
    always,

    /// <summary>Within a second: a crash of the store may take the last one.</summary>
    everysec,

    /// <summary>When the operating system likes.</summary>
    no,

    /// <summary>Never: it keeps no append-only file.</summary>
    off,
}
