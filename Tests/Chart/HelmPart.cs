using System.Diagnostics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>helm, or what stands in for it beside the project.</summary>
internal static class HelmPart
{
    public static string Chart { get; } = Repository.PathOf("helm/orleans-sie");

    /// <summary>The documents of <c>helm template</c>; the test fails if the chart does not render.</summary>
    public static async Task<string> TemplateAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(["template", "sie", Chart, "-n", "counting", .. arguments]);
        Assert.True(exitCode == 0, error);
        return output;
    }

    /// <summary>Runs helm to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Binary(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    private static string Binary()
    {
        var beside = Repository.PathOf("../shared/tools/helm");
        var binary = Programs.Find("helm") ?? (File.Exists(beside) && Programs.Find("go") is not null ? beside : null);
        Assert.SkipWhen(binary is null, "helm is missing: install it (https://helm.sh/docs/intro/install).");
        return binary!;
    }
}
