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

/// <summary>What several runs say together.</summary>
internal static class Statistics
{
    private const double Confidence = 0.95;

    /// <summary>The value in the middle, or between the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>
    /// Where the true median lies with a confidence of 95 % or more, whatever the distribution: between two of the sorted values, by the
    /// binomial distribution. Null for fewer than six values, which cannot say.
    /// </summary>
    public static (double Low, double High)? Interval(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToList();
        var left = -1;

        // The chance that at most i of the values lie below the true median.
        var (term, chance) = (Math.Pow(0.5, sorted.Count), Math.Pow(0.5, sorted.Count));
        for (var i = 0; chance <= (1 - Confidence) / 2; i++)
        {
            left = i;
            term *= (double)(sorted.Count - i) / (i + 1);
            chance += term;
        }

        return left < 0 ? null : (sorted[left], sorted[^(left + 1)]);
    }
}
