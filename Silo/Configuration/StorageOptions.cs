namespace OrleansSie.Silo.Configuration;

/// <summary>Where counts are kept: the <c>storage</c> section.</summary>
internal sealed class StorageOptions
{
    /// <summary>The kind of store. Default: <see cref="StorageProvider.embedded"/>.</summary>
    public StorageProvider Provider { get; init; } = StorageProvider.embedded;

    /// <summary>Directory of the embedded store's files, relative to the working directory. Default: <c>./data</c>.</summary>
    public string Path { get; init; } = "./data";

    /// <summary>
    /// Memory of the embedded store, in binary units (<c>k</c>, <c>m</c>, <c>g</c>); what exceeds it is kept on disk. Default: <c>64m</c>.
    /// </summary>
    public string Memory { get; init; } = "64m";

    /// <summary>The Redis server, when <see cref="Provider"/> is <see cref="StorageProvider.redis"/>. Default: none.</summary>
    public RedisOptions Redis { get; init; } = new();
}
