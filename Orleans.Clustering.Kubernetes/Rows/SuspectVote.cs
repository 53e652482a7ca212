namespace Orleans.Clustering.Kubernetes;

/// <summary>One silo's suspicion that another one is dead.</summary>
/// <param name="By">The address of the silo that suspects, parsable.</param>
/// <param name="At">When it did, UTC.</param>
internal sealed record SuspectVote(string By, DateTime At);
