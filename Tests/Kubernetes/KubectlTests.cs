using System.Diagnostics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>kubectl, which shares no code with the provider, reads what it wrote, and writes between its writes.</summary>
public sealed class KubectlTests
{
    [SystemFact]
    public async Task WhatTheReadmeSays_ShowsTheVersionAndTheSilos()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.ChangeAsync(Address(1), entry => entry.Status = SiloStatus.Active);
        await table.BeatAsync(Address(1), Noon.AddHours(1));

        Assert.Equal("2", await KubectlAsync(ground, "get", "configmap", Table, "-o", "jsonpath={.data.version}"));
        Assert.Contains("\"status\":\"Active\"", await KubectlAsync(ground, "get", "configmap", Table, "-o", "jsonpath={.data.silo\\.10\\.0\\.0\\.2-11111-1}"), StringComparison.Ordinal);
        Assert.Equal("2026-11-22T13:00:00.0000000Z", await KubectlAsync(ground, "get", "cm", Alive, "-o", "jsonpath={.data.10\\.0\\.0\\.2-11111-1}"));
    }

    [SystemFact]
    public async Task ALabelByKubectl_NeitherSpoilsWhatWasReadNorIsLost()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        var read = await table.AllAsync();
        await KubectlAsync(ground, "patch", "configmap", Table, "--type", "merge", "-p", """{"metadata":{"labels":{"team":"spot"}}}""");

        Assert.True(await table.InsertAsync(Entry(Address(1)), read.Version.Next()));

        Assert.Equal("spot", await KubectlAsync(ground, "get", "configmap", Table, "-o", "jsonpath={.metadata.labels.team}"));
    }

    [SystemFact]
    public async Task ARowRemovedByKubectl_IsGoneForTheNextReader()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1));
        await table.JoinAsync(Address(2));

        await KubectlAsync(ground, "patch", "configmap", Table, "--type", "merge", "-p", """{"data":{"silo.10.0.0.2-11111-1":null}}""");

        Assert.Equal(Address(2), Assert.Single((await table.AllAsync()).Members).Item1.SiloAddress);
    }

    private static async Task<string> KubectlAsync(MembershipFixture ground, params string[] arguments)
    {
        var kubectl = Programs.Find("kubectl");
        Assert.SkipWhen(kubectl is null, "kubectl is missing: install it (Debian: apt-get install kubernetes-client).");
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(kubectl, ["--kubeconfig", ground.KubeConfigIn(folder.Path), "--namespace", ground.Namespace, "--cache-dir", folder.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return output.Trim();
    }
}
