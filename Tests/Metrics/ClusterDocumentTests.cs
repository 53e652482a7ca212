using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Tests.EndToEnd;
using OrleansSie.Tests.Failures;
using Xunit;

namespace OrleansSie.Tests.Metrics;

/// <summary>The document for one target behind a Service: the cluster-wide series alone, and never older than the request.</summary>
[Collection(nameof(SiloRows))]
public sealed class ClusterDocumentTests
{
    private const string Path = "/metrics/cluster";

    [Fact]
    public async Task Document_HoldsTheClusterWideSeriesOfTheSilosOwn_AndNoOthers()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);
        await silo.PubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await silo.SettledAsync(m => m.Messages("created") == 1);
        await silo.PubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());
        var own = await silo.SettledAsync(m => m.Messages("counted") == 1 && m.Interruptions("fake-cluster") == 1);

        var (status, text) = await silo.GetAsync(Path);

        Assert.Equal(200, status);
        var page = Repository.Read("docs/metrics.md");
        var clusterWide = Section(page, "## Cluster-wide series", "A scrape refreshes");
        Assert.Equal(Names(clusterWide), Families(text));
        Assert.Equal(Samples(own.Text, Families(text)), Samples(text, Families(text)));
        Assert.Contains($"{MetricNames.InterruptionEvents}{{kubernetes_cluster=\"fake-cluster\"}} 1", text, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task Document_OfASiloWhoseIndexDoesNotAnswer_Is503WithASentence_AndThenTheFullCounts()
    {
        await using var stage = await Stage.StartClusterAsync();
        var index = stage.Silos[0];
        await stage.PublishAsync(40);
        await stage.CountedAsync();
        var other = stage.AddSilo();
        await stage.ReadyAsync();
        await Eventually.IsAsync(() => other.GetAsync(Path), answer => answer.Status == 200 && Total(answer) == 40);

        index.Freeze();
        stage.Ignore(index);
        var refusal = await Eventually.IsAsync(() => other.GetAsync(Path), answer => answer.Status == 503);
        Assert.StartsWith("the counts cannot be read: ", refusal.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(MetricNames.InterruptionEvents, refusal.Body, StringComparison.Ordinal);

        var again = await Eventually.IsAsync(() => other.GetAsync(Path), answer => answer.Status == 200);
        Assert.Equal(40, Total(again));
    }

    [SystemFact]
    public async Task Document_OfASiloThatDoesNotKnowThatItWasDeclaredDead_NeverHoldsLessThanTheOthersShowed()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        var index = stage.AddSilo();
        await stage.ReadyAsync();
        await stage.PublishAsync(40);
        await stage.CountedAsync();
        var other = stage.AddSilo();
        await stage.ReadyAsync();
        await Eventually.IsAsync(() => index.GetAsync(Path), answer => answer.Status == 200 && Total(answer) == 40);

        index.Freeze();
        stage.Ignore(index);
        await stage.PublishAsync(20);
        await stage.CountedAsync();
        await Eventually.IsAsync(() => other.GetAsync(Path), answer => answer.Status == 200 && Total(answer) == 60);

        // It wakes with its grains, and with the counts of before; the table that says it is dead cannot be read.
        await stage.ApiServer!.StopAsync();
        index.Thaw();
        await Eventually.IsAsync(() => index.GetAsync(Path), answer => answer.Status != 0);
        for (var repetition = 0; repetition < 20; repetition++)
        {
            var answer = await index.GetAsync(Path);
            Assert.True(answer.Status != 200 || Total(answer) == 60, answer.Body);
        }

        // Nor does its own page go on showing them.
        await Stage.UntilAsync(index, metrics => Stage.Total(metrics) == 60);
        var living = await Eventually.IsAsync(() => other.GetAsync(Path), answer => answer.Status == 200);
        Assert.Equal(60, Total(living));
        await stage.ApiServer.ListenAsync();
        Assert.NotEqual(0, await index.ExitedAsync());
    }

    [SystemFact]
    public async Task Document_OfASiloThatHasNotJoined_Is503()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        await stage.ApiServer!.StopAsync();
        var silo = stage.AddSilo();

        var answer = await Eventually.IsAsync(() => silo.GetAsync(Path), answer => answer.Status != 0);

        Assert.Equal((503, "this silo has not joined its cluster yet\n"), answer);
    }

    private static double Total((int Status, string Body) answer) => Stage.Total(new Exposition(answer.Body));

    private static string Section(string page, string from, string to)
    {
        var start = page.IndexOf(from, StringComparison.Ordinal);
        return page[start..page.IndexOf(to, start, StringComparison.Ordinal)];
    }

    private static string[] Names(string table) =>
        [.. table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Order(StringComparer.Ordinal)];

    private static string[] Families(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).Order(StringComparer.Ordinal)];

    private static string[] Samples(string text, string[] families) =>
        [.. text.Split('\n').Where(line => families.Contains(line.Split('{', ' ')[0], StringComparer.Ordinal)).Order(StringComparer.Ordinal)];
}
