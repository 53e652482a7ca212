using System.Text.RegularExpressions;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Metrics;

/// <summary>A real Prometheus scrapes a silo.</summary>
public sealed partial class PrometheusTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [SystemFact]
    public async Task Scrape_OfOpenMetrics_IsTakenInWhole_WithTheFirstInterruptionAndItsExemplar()
    {
        Assert.SkipWhen(Programs.Find("prometheus") is null, "prometheus is missing: install it (Debian: apt-get install prometheus).");
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(Path.Combine(folder.Path, "silo"));
        using var prometheus = PrometheusServer.Start(folder.Path, silo.Http.BaseAddress!.Authority);
        await silo.PubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await Eventually.IsAsync(
            () => prometheus.QueryAsync($"{MetricNames.Interruptions}{{reason=\"preempted\"}}", Cancel), zero => zero.Values.SequenceEqual([0]));

        await silo.PubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());

        var expression = Expression().Match(Repository.Read("docs/promql.md")).Groups[1].Value;
        await Eventually.IsAsync(() => prometheus.QueryAsync(expression, Cancel), answer => answer.Values.SequenceEqual([1]));
        var exemplar = Assert.Single(await Eventually.IsAsync(() => prometheus.ExemplarsAsync(MetricNames.Interruptions, Cancel), found => found.Count > 0));
        Assert.Contains("\"instance\":\"fake-resource\"", exemplar, StringComparison.Ordinal);
        Assert.Equal([1], (await prometheus.QueryAsync("up", Cancel)).Values);

        // Everything that the text format has is there too.
        var text = (await silo.MetricsAsync()).Text.Split('\n').Count(line => line.Length > 0 && line[0] != '#');
        Assert.InRange((await prometheus.QueryAsync("scrape_samples_scraped", Cancel)).Values.Single(), text - 5, text + 200);
    }

    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("text/plain;version=0.0.4", false)]
    [InlineData("text/plain;q=0.9,application/openmetrics-text;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("*/*", false)]
    [InlineData("", false)]
    [InlineData("not a media type;;", false)]
    public void Form_IsWhatTheScraperLikesBest(string accept, bool isOpenMetrics)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Headers.Accept = accept;

        Assert.Equal(isOpenMetrics ? ExpositionForm.open_metrics : ExpositionForm.text, Negotiation.Of(http.Request));
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/cluster")]
    public async Task Document_InOpenMetrics_EndsOnce_AndIsParsedAsIt(string path)
    {
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);
        await silo.PubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await silo.SettledAsync(m => m.Messages("created") == 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text");

        using var answer = await silo.Http.SendAsync(request, Cancel);

        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
        Assert.Single(EndOfDocument().Matches(text));
        var families = Family().Matches(text).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(families.Distinct(), families);
        Assert.Contains("sie_interruptions", families);
    }

    [GeneratedRegex(@"^\| how many in the last hour \| `([^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Expression();

    [GeneratedRegex("^# EOF$", RegexOptions.Multiline)]
    private static partial Regex EndOfDocument();

    [GeneratedRegex("^# TYPE ([a-zA-Z0-9_:]+) ", RegexOptions.Multiline)]
    private static partial Regex Family();
}
