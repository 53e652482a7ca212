using System.Diagnostics;
using System.Globalization;
using k8s.Models;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>The pod of <c>helm test</c>: its own script, against a silo.</summary>
public sealed class HelmTestTests
{
    [SystemFact]
    public async Task Script_AgainstAReadySilo_Passes_AndOfAnotherDocument_Fails()
    {
        Assert.SkipWhen(Programs.Find("wget") is null, "wget is missing: install it (Debian: apt-get install wget).");
        var pod = Assert.Single((await RenderedChart.OfAsync("default")).All<V1Pod>());
        using var folder = new TemporaryFolder();
        var port = LoopbackPorts.Free();
        await using var silo = SiloProcess.Start(folder.Path, port, new Dictionary<string, string>
        {
            ["SIE__PROMETHEUS__PORT"] = Text(port),
            ["SIE__CLUSTERING__SILO_PORT"] = Text(LoopbackPorts.Free()),
            ["SIE__LOCAL__PUBSUB_PORT"] = Text(LoopbackPorts.Free()),
            ["SIE__STORAGE__PATH"] = Path.Combine(folder.Path, "data"),
        });
        await silo.ReadyAsync();

        Assert.Equal(0, await RunAsync(pod, port, "/metrics"));
        Assert.NotEqual(0, await RunAsync(pod, port, "/"));
    }

    [SystemFact]
    public async Task Pod_IsAHookThatGoesAway_AndAsksTheService()
    {
        var chart = await RenderedChart.OfAsync("ports");
        var pod = Assert.Single(chart.All<V1Pod>());

        Assert.Equal("test", pod.Metadata.Annotations["helm.sh/hook"]);
        Assert.Equal("before-hook-creation,hook-succeeded", pod.Metadata.Annotations["helm.sh/hook-delete-policy"]);
        Assert.Equal(["http://counter-metrics:9100", "/m"], Assert.Single(pod.Spec.Containers).Env.Select(variable => variable.Value));
        Assert.NotNull(chart.Named<V1Service>("counter-metrics"));
    }

    private static async Task<int> RunAsync(V1Pod pod, int port, string path)
    {
        var container = Assert.Single(pod.Spec.Containers);
        var start = new ProcessStartInfo(container.Command[0], container.Command.Skip(1)) { RedirectStandardOutput = true };
        start.Environment["TARGET"] = $"http://127.0.0.1:{Text(port)}";
        start.Environment["METRICS_PATH"] = path;
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
