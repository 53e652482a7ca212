using System.Diagnostics;
using System.Text.RegularExpressions;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Metrics;

/// <summary>The exported document; docs/metrics.md explains its outcomes.</summary>
public sealed partial class MetricsDocumentTests
{
    private static readonly string _page = Repository.Read("docs/metrics.md");

    [Fact]
    public void Page_ExplainsEveryOutcome()
    {
        var table = _page[_page.IndexOf("## Outcomes", StringComparison.Ordinal)..];

        Assert.Equal(
            Enum.GetNames<Outcome>().Order(StringComparer.Ordinal),
            FirstCell().Matches(table).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_AfterOneInterruption_IsTheGoldenOne()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);
        await silo.PubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await silo.SettledAsync(m => m.Messages("created") == 1);
        await silo.PubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());
        var document = await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 1 && m.Messages("counted") == 1
            && m.Text.Contains("\nsie_unattributed_waiting 0", StringComparison.Ordinal));

        var ours = document.Text.Split('\n')
            .Where(l => l.Contains("sie_", StringComparison.Ordinal) || l.Contains("interruption_events", StringComparison.Ordinal))
            .Select(l => VersionLabels().Replace(l, "version=\"V\",commit=\"C\""))
            .Select(l => l.StartsWith('#') || l.StartsWith("interr", StringComparison.Ordinal) || l.StartsWith("sie_interruptions_total", StringComparison.Ordinal) || l.StartsWith("sie_node_lifetime", StringComparison.Ordinal) || l.StartsWith("sie_messages_total", StringComparison.Ordinal) ? l : l[..l.LastIndexOf(' ')])
            .Order(StringComparer.Ordinal);

        Assert.Equal(Repository.Read("Tests/Metrics/golden.txt").TrimEnd(), string.Join('\n', ours));
    }

    [SystemFact]
    public async Task Document_OfARunningSilo_PassesPromtool()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);
        await silo.PubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        var document = await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 0);

        var (exitCode, output) = await PromtoolAsync(document.Text, "check", "metrics");

        Assert.True(exitCode == 0, output);
    }

    private static async Task<(int ExitCode, string Output)> PromtoolAsync(string input, params string[] arguments)
    {
        var binary = Programs.Find("promtool");
        Assert.SkipWhen(binary is null, "promtool is missing: install it (Debian: apt-get install prometheus).");
        using var process = Process.Start(new ProcessStartInfo(binary!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        output += await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    [GeneratedRegex(@"^\| `([a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();

    [GeneratedRegex("version=\"[^\"]*\",commit=\"[^\"]*\"")]
    private static partial Regex VersionLabels();
}
