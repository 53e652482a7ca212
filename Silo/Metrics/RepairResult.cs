namespace OrleansSie.Silo.Metrics;

/// <summary>How an attempt to repair a gap ended. The names are the values of the label <c>result</c>.</summary>
internal enum RepairResult
{
    /// <summary>Everything that the Compute API knows of the gap was handed over.</summary>
    complete,

    /// <summary>What the Compute API told was handed over, but it says that something is missing, such as a zone.</summary>
    partial,

    /// <summary>It ended at an error.</summary>
    failed,
}
