using System.Text.RegularExpressions;
using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Metrics.Hour;

/// <summary>
/// What monitoring/rules.yaml records in the scripted hour. promtool evaluates a rule over the whole hour at once, and the result can be read when
/// Prometheus is started again: so each rule comes after those that it reads.
/// </summary>
internal static partial class RecordedHour
{
    // A rule that reads its own last value gets it from these first minutes.
    private static readonly DateTimeOffset _first = ScriptedHour.Begin.AddSeconds(119);

    private static readonly TimeSpan _usual = TimeSpan.FromMinutes(5);

    public static async Task RecordAsync(string folder)
    {
        var left = Rule().Matches(Repository.Read("monitoring/rules.yaml"))
            .Select(rule => (Name: rule.Groups[1].Value, Text: rule.Value, Reads: Name().Matches(rule.Groups[2].Value).Select(n => n.Value).ToHashSet()))
            .ToList();
        var done = new HashSet<string>();
        while (left.Count > 0)
        {
            var next = left.FindAll(rule => rule.Reads.All(read => read == rule.Name || done.Contains(read)));
            Assert.NotEmpty(next);
            await RecordAsync(folder, next.FindAll(rule => !rule.Reads.Contains(rule.Name)).ConvertAll(rule => rule.Text), ScriptedHour.Begin, ScriptedHour.Over, _usual);
            var own = next.FindAll(rule => rule.Reads.Contains(rule.Name)).ConvertAll(rule => rule.Text);
            await RecordAsync(folder, own, ScriptedHour.Begin, _first, _usual);
            await RecordAsync(folder, own, _first.AddSeconds(1), ScriptedHour.Over, ScriptedHour.Over - ScriptedHour.Begin);
            done.UnionWith(next.Select(rule => rule.Name));
            left.RemoveAll(next.Contains);
        }
    }

    private static async Task RecordAsync(string folder, List<string> rules, DateTimeOffset start, DateTimeOffset end, TimeSpan lookback)
    {
        if (rules.Count > 0)
        {
            var file = Path.Combine(folder, "some-rules.yaml");
            await File.WriteAllTextAsync(file, $"groups:\n  - name: some\n    rules:\n{string.Concat(rules)}", TestContext.Current.CancellationToken);
            using var prometheus = PrometheusServer.Open(folder, lookback);
            await prometheus.ReadyAsync(TestContext.Current.CancellationToken);
            prometheus.Record(folder, file, start, end);
        }
    }

    [GeneratedRegex(@"^ *- record: (\S+)\n *expr: (.+)\n", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"\bsie:[a-z0-9_:]+")]
    private static partial Regex Name();
}
