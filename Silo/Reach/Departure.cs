namespace OrleansSie.Silo.Reach;

/// <summary>
/// A silo that leaves its cluster because another is out of its reach. The process goes on: it joins again as a new silo, which takes as
/// long as an active silo is out of reach.
/// </summary>
internal sealed class Departure(IHostApplicationLifetime lifetime, ILogger<Departure> logger)
{
    private volatile IReadOnlyList<SiloAddress> _unreached = [];
    private volatile SiloAddress? _cause;

    /// <summary>The active silos that did not answer last.</summary>
    public IReadOnlyList<SiloAddress> Unreached
    {
        get => _unreached;
        set => _unreached = value;
    }

    /// <summary>Whether this silo leaves.</summary>
    public bool IsBegun => _cause is not null;

    /// <summary>Why this silo leaves; null if it does not.</summary>
    public string? Reason => _cause is { } cause ? $"{TextOf(cause)} is out of reach of this silo, and a third silo reaches both" : null;

    /// <summary>What is out of reach, for an operator; null if nothing is.</summary>
    public string? Fault => _unreached is { Count: > 0 } silos
        ? $"it cannot reach {string.Join(", ", silos.Select(TextOf))}; check the network between them" : null;

    /// <summary>Leaves the cluster.</summary>
    public void Begin(SiloAddress cause)
    {
        if (_cause is null)
        {
            _cause = cause;
            logger.LeavesTheCluster(TextOf(cause));
            lifetime.StopApplication();
        }
    }

    private static string TextOf(SiloAddress silo) => silo.Endpoint.ToString();
}
