namespace OrleansSie.Silo.Storage;

/// <summary>What the embedded store needs to run in one folder.</summary>
internal sealed record EmbeddedStoreSettings
{
    /// <summary>The folder of the store (<c>storage.path</c>); created for its owner alone when it is absent.</summary>
    public required string Path { get; init; }

    /// <summary>How much of the data is kept in memory, such as <c>64m</c>; the rest is read from the folder. At least 4m.</summary>
    public string Memory { get; init; } = "64m";

    /// <summary>How often the store takes a checkpoint and gives back the disk space of what it covers.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock of the checkpoints.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the store and its engine write their logs.</summary>
    public required ILoggerFactory Logging { get; init; }
}
