namespace OrleansSie.Bench.Load;

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
