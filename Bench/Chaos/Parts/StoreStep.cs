namespace OrleansSie.Bench.Chaos.Parts;

/// <summary>What an instance does in the store before it calls its cluster, as the protocol shows it.</summary>
internal enum StoreStep
{
    /// <summary>Its record was read.</summary>
    Read,

    /// <summary>Its record was read, says which cluster it belongs to, and has no interruption counted: the call is next.</summary>
    ReadKnown,

    /// <summary>It was written that an interruption is being counted: the call is next.</summary>
    WriteCounting,
}
