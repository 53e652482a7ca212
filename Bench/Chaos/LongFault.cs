namespace OrleansSie.Bench.Chaos;

/// <summary>The faults of a quarter of an hour; a run has one of them.</summary>
internal enum LongFault
{
    /// <summary>Two silos do not reach each other, and a third reaches both.</summary>
    Cut,

    /// <summary>A silo is frozen between the reading of instances' records and their calls to clusters.</summary>
    FreezeBeforeCall,

    /// <summary>A silo is frozen between the writing of instances' records and their calls to clusters.</summary>
    FreezeAfterWrite,

    /// <summary>The store answers one silo after minutes.</summary>
    SlowStore,
}
