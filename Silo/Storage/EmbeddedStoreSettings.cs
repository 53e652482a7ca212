namespace OrleansSie.Silo.Storage;

/// <summary>What the embedded store needs to run in one folder.</summary>
internal sealed record EmbeddedStoreSettings
{
    /// <summary>The folder of the store (<c>storage.path</c>); created for its owner alone when it is absent.</summary>
    public required string Path { get; init; }

    /// <summary>How much of the data is cached in memory, such as <c>64m</c>; the rest is read from the folder. At least 1m.</summary>
    public string Memory { get; init; } = "64m";

    /// <summary>The clocks by which records expire: see <see cref="StoreClock"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
