using System.Diagnostics;
using System.Text.Json.Nodes;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>The rules of the chart, for the Prometheus operator or for Google's managed Prometheus.</summary>
internal static class RenderedRules
{
    /// <summary>The recording and alerting rules of a value set, in their order.</summary>
    public static async Task<IReadOnlyList<JsonNode>> OfAsync(string set) =>
        [.. (await SpecAsync(set))["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!)];

    /// <summary>The names of its groups, in their order.</summary>
    public static async Task<IEnumerable<string>> GroupsAsync(string set) =>
        (await SpecAsync(set))["groups"]!.AsArray().Select(group => (string)group!["name"]!);

    /// <summary>Writes them as Prometheus' own file, rules.yaml in the folder; JSON is YAML.</summary>
    public static async Task<string> WriteAsync(string set, string folder)
    {
        var file = Path.Combine(folder, "rules.yaml");
        await File.WriteAllTextAsync(file, (await SpecAsync(set)).ToJsonString(), TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>Runs promtool to its end.</summary>
    public static async Task<(int ExitCode, string Output)> PromtoolAsync(params string[] arguments)
    {
        var binary = Programs.Find("promtool");
        Assert.SkipWhen(binary is null, "promtool is missing: install it (Debian: apt-get install prometheus).");
        using var process = Process.Start(new ProcessStartInfo(binary!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    private static async Task<JsonNode> SpecAsync(string set) =>
        Assert.Single((await RenderedChart.OfAsync(set)).Raw, raw => (string?)raw["kind"] is "PrometheusRule" or "Rules")["spec"]!;
}
