using System.Text;
using System.Text.Json;
using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Metrics.Hour;

/// <summary>A real Prometheus has what silos served in the scripted hour, and what the recording rules make of it.</summary>
public sealed class ScriptedHourTests
{
    // Of every series that the query gives.
    private const string Each = "*";

    private static readonly JsonSerializerOptions _withComments = new() { ReadCommentHandling = JsonCommentHandling.Skip };

    private static readonly Dictionary<string, Dictionary<string, JsonElement>> _answers =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, JsonElement>>>(
            Repository.Read("Tests/Metrics/Hour/answers.json"), _withComments)!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Answers_AreToEveryDocumentedQuery() => Assert.Equal(
        DocumentedQueries.All.Select(q => q.Question).Order(StringComparer.Ordinal), _answers.Keys.Order(StringComparer.Ordinal));

    [SystemFact]
    public async Task DocumentedQueries_AfterTheHour_AnswerWhatWasComputedByHand()
    {
        RealParts.Program("prometheus", "prometheus");
        RealParts.Program("promtool", "prometheus");
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "hour.txt");
        var documents = await ScriptedHour.RecordAsync(file);
        PrometheusServer.Load(folder.Path, file);
        await RecordedHour.RecordAsync(folder.Path);
        using var prometheus = PrometheusServer.Start(folder.Path);
        await prometheus.ReadyAsync(Cancel);

        var wrong = new StringBuilder();
        foreach (var (question, expression) in DocumentedQueries.All)
        {
            var found = await prometheus.QueryAsync(expression, Cancel, ScriptedHour.Over);
            var expected = await BoundsAsync(prometheus, question);
            if (!IsAnswer(found, expected))
            {
                wrong.AppendLine(null, $"{question}\n  is  {Text(found)}\n  not {Text(expected)}");
            }
        }

        if (Environment.GetEnvironmentVariable("SIE_TEST_PICTURE") is { Length: > 0 } picture)
        {
            await DashboardPage.DrawAsync(prometheus, ScriptedHour.Begin, ScriptedHour.Over, Repository.PathOf(picture), Cancel);
        }

        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.All(documents, document => Assert.Equal(Repository.Read("Tests/Metrics/Hour/golden.txt").TrimEnd(), Sorted(document)));

        // The four that were counted 40 minutes late are no loss of those minutes.
        var late = await prometheus.QueryAsync("max(max_over_time(sie_lost_nodes_ratio{node_pool=\"spot-t2d\", window=\"15m\"}[20m]))", Cancel, ScriptedHour.Over);
        Assert.Equal([0], late.Values);
    }

    private static string Sorted(string document) =>
        string.Join('\n', document.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    /// <summary>The bounds of each number; text is arithmetic, which Prometheus computes.</summary>
    private static async Task<Dictionary<string, (double Low, double High)>> BoundsAsync(PrometheusServer prometheus, string question)
    {
        var bounds = new Dictionary<string, (double Low, double High)>();
        foreach (var (labels, value) in _answers.GetValueOrDefault(question) ?? [])
        {
            bounds[labels] = value.ValueKind switch
            {
                JsonValueKind.Array => (value[0].GetDouble(), value[1].GetDouble()),
                JsonValueKind.String => Exactly((await prometheus.QueryAsync($"vector({value.GetString()})", Cancel)).Values.Single()),
                _ => Exactly(value.GetDouble()),
            };
        }

        return bounds;

        static (double Low, double High) Exactly(double value) => (value - (1e-9 * Math.Abs(value)), value + (1e-9 * Math.Abs(value)));
    }

    private static bool IsAnswer(Dictionary<string, double> found, Dictionary<string, (double Low, double High)> bounds) => bounds.TryGetValue(Each, out var each)
        ? found.Count > 0 && found.Values.All(value => IsWithin(value, each))
        : found.Count == bounds.Count && found.All(sample => bounds.TryGetValue(Key(sample.Key), out var own) && IsWithin(sample.Value, own));

    private static bool IsWithin(double value, (double Low, double High) bounds) =>
        double.IsNaN(value) ? double.IsNaN(bounds.Low) : value >= bounds.Low && value <= bounds.High;

    /// <summary>The values of the labels, in the order of the labels' names.</summary>
    private static string Key(string labels) => string.Join(
        ' ', JsonSerializer.Deserialize<SortedDictionary<string, string>>(labels)!.Where(l => l.Key != "__name__").Select(l => l.Value));

    private static string Text<T>(Dictionary<string, T> samples) =>
        string.Join(", ", samples.Select(s => $"\"{(s.Key.StartsWith('{') ? Key(s.Key) : s.Key)}\": {s.Value}"));
}
