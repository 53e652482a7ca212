namespace OrleansSie.Bench.Load;

/// <summary>One thing that a run measured.</summary>
/// <param name="Name">What was measured, with the unit.</param>
/// <param name="Value">The value.</param>
internal sealed record Figure(string Name, double Value)
{
    /// <summary>Bytes as megabytes.</summary>
    public static Figure OfBytes(string name, double bytes) => new($"{name}, MB", bytes / 1e6);

    /// <summary>The middle and the edge of some durations.</summary>
    public static IEnumerable<Figure> OfTimes(string name, IReadOnlyCollection<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return [Of(0.5), Of(0.99)];

        Figure Of(double share) => new($"{name} p{share * 100:F0}, ms", sorted[(int)Math.Ceiling(share * sorted.Count) - 1].TotalMilliseconds);
    }
}
