namespace OrleansSie.Silo.Configuration;

/// <summary>Where counts are kept. The names are the values of <c>storage.provider</c>.</summary>
internal enum StorageProvider
{
    /// <summary>A store inside the silo's process with its files in <c>storage.path</c>: for one silo, survives restarts.</summary>
    embedded,

    /// <summary>A Redis, Valkey or Memorystore server: for several silos.</summary>
    redis,

    /// <summary>The process's memory: for tests, everything is lost when it ends.</summary>
    memory,
}
