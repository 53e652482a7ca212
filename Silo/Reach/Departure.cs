using Orleans.Runtime.MembershipService;

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

    /// <summary>Whether this silo leaves, or could not join, because another is out of its reach.</summary>
    public bool IsBegun { get; private set; }

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
            (_cause, IsBegun) = (cause, true);
            logger.LeavesTheCluster(TextOf(cause));
            lifetime.StopApplication();
        }
    }

    /// <summary>A join that lasted too long because an active silo is out of reach is begun anew; another fault is not this one's.</summary>
    public void TakeStart(Exception fault)
    {
        var faults = fault is AggregateException several ? [.. several.Flatten().InnerExceptions] : (IReadOnlyList<Exception>)[fault];
        IsBegun |= faults.Any(e => e is OrleansClusterConnectivityCheckFailedException);
    }

    private static string TextOf(SiloAddress silo) => silo.Endpoint.ToString();
}
