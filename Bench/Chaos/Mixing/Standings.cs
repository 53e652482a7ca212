namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>How one instance's interruptions stand, by their identities.</summary>
internal sealed class Standings
{
    /// <summary>Identities are given when a message is published, so only their number can be foretold.</summary>
    public bool OnlyNumbers { get; init; }

    /// <summary>Recorded as counted.</summary>
    public List<string> Counted { get; } = [];

    /// <summary>Waiting for a description.</summary>
    public List<string> Parked { get; } = [];

    /// <summary>Of an instance outside of GKE.</summary>
    public List<string> NotGke { get; } = [];

    /// <summary>Fixed to a cluster and not recorded as counted: nothing that has come to rest is here.</summary>
    public List<string> Counting { get; } = [];
}
