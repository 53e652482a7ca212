using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>The faults of a run and when they come: a pure function of the seed and the options.</summary>
internal sealed class Schedule
{
    private Schedule(IReadOnlyList<PlannedFault> faults, TimeSpan duration)
    {
        Faults = faults;
        Duration = duration;
    }

    /// <summary>In the order of their times.</summary>
    public IReadOnlyList<PlannedFault> Faults { get; }

    /// <summary>From the start of publishing until the last one is mended; also the time to publish over.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Whether any of them ends silos.</summary>
    public bool EndsSilos => Faults.Any(f => f.Fault.EndsSilos);

    /// <summary>How many there are of each kind, as in <c>kill 3, roll 1</c>.</summary>
    public string ByKind => string.Join(", ", Faults.GroupBy(f => f.Fault.Kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}"));

    public static Schedule Of(ChaosOptions options, int seed)
    {
        if (options.Long is { } kind)
        {
            return InARow(FaultPlan.Long(kind, options.LongSeconds), TimeSpan.FromSeconds(30));
        }

        var random = new Random(seed ^ 0x5EED);
        var planned = new List<PlannedFault>();
        var at = TimeSpan.FromSeconds(options.IsShort ? 2 : 6);
        foreach (var fault in options.Faults == 0 ? [] : options.IsShort ? FaultPlan.Short(options) : FaultPlan.Full(options, random))
        {
            planned.Add(new PlannedFault(at, fault));
            if (fault.Duration > TimeSpan.FromSeconds(40) && options.Silos > 1 && random.Next(2) == 0)
            {
                // While one part is away, another dies.
                planned.Add(new PlannedFault(at + (fault.Duration / 2), new KillSilos([random.Next(options.Silos)])));
            }

            at += fault.Duration + (options.IsShort ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(random.Next(2, 6)));
        }

        var least = TimeSpan.FromMilliseconds(options.Events * 2);
        return new Schedule(planned, planned.Count == 0 ? least : at);
    }

    private static Schedule InARow(IEnumerable<IFault> faults, TimeSpan between)
    {
        var planned = new List<PlannedFault>();
        var at = TimeSpan.Zero;
        foreach (var fault in faults)
        {
            planned.Add(new PlannedFault(at, fault));
            at += fault.Duration + between;
        }

        return new Schedule(planned, at - between);
    }

    /// <summary>Lets all of it happen; when it returns, everything is mended.</summary>
    public Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, Action<string> tell, CancellationToken cancellationToken) =>
        Task.WhenAll(Faults.Select(async planned =>
        {
            await Task.Delay(planned.At, TimeProvider.System, cancellationToken);
            tell(planned.Fault.Description);
            await planned.Fault.RunAsync(environment, fleet, cancellationToken);
        }));
}

/// <summary>A fault and its time.</summary>
/// <param name="At">Since publishing began.</param>
/// <param name="Fault">What happens.</param>
internal sealed record PlannedFault(TimeSpan At, IFault Fault);

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

    Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken);
}
