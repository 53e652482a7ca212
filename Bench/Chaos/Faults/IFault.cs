using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Silos;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>Something that goes wrong for a time. When it has run, what it broke is mended, whether or not it was interrupted.</summary>
internal interface IFault
{
    /// <summary>One word for the table of results.</summary>
    string Kind { get; }

    /// <summary>What is done to whom, for the log.</summary>
    string Description { get; }

    /// <summary>How long it takes, about.</summary>
    TimeSpan Duration { get; }

    /// <summary>Whether it ends processes: what those counted last is then not known.</summary>
    bool EndsSilos { get; }

    Task RunAsync(Ground ground, SiloFleet fleet, CancellationToken cancellationToken);
}
