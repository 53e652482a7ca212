using System.Reflection;
using System.Text.RegularExpressions;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Tests.Chart;

/// <summary>The series of the program, and those that a PromQL expression names.</summary>
internal static partial class MetricSeries
{
    /// <summary>Every metric and label of the program, and the buckets of its histograms.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(MetricNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!),
        MetricNames.NodeLifetime + "_bucket",
        MetricNames.InterruptionDelay + "_bucket",
        "process_resident_memory_bytes",
    ];

    /// <summary>The series that an expression reads, scraped or recorded ones.</summary>
    public static IEnumerable<string> In(string expression) => Series().Matches(expression).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"\b(sie|interruption|process)[a-z_]*(:[a-z_0-9]+)*(?=[{\[ ,)]|$)")]
    private static partial Regex Series();
}
