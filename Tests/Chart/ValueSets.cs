using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>The value sets under helm/orleans-sie/ci: each is a way to install the chart.</summary>
internal static class ValueSets
{
    private const string Suffix = "-values.yaml";

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(HelmPart.Chart, "ci"), "*" + Suffix)
            .Select(file => Path.GetFileName(file)[..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> All => [.. Names];

    public static string FileOf(string set) => Path.Combine(HelmPart.Chart, "ci", set + Suffix);
}
