namespace OrleansSie.Bench.Soak;

/// <summary>The silo at one moment. Sizes in bytes.</summary>
internal sealed record Sample
{
    public required double Seconds { get; init; }

    /// <summary>Messages settled.</summary>
    public required long Events { get; init; }

    public required long Interruptions { get; init; }

    public required long InFlight { get; init; }

    /// <summary>Resident now, and the most it ever was.</summary>
    public required long Resident { get; init; }

    public required long PeakResident { get; init; }

    /// <summary>Live and dead objects after the last collection.</summary>
    public required long Heap { get; init; }

    public required long LargeObjects { get; init; }

    public required long Activations { get; init; }

    public required StoreSize Store { get; init; }
}
