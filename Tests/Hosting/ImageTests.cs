using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>The image, as far as it can be tried without a container engine: its rules, and what its build publishes, run.</summary>
public sealed partial class ImageTests
{
    private static readonly string _dockerfile = Repository.Read("Dockerfile");

    [Fact]
    public void Dockerfile_PinsExactTagsAndRunsAsANumberedUser()
    {
        var bases = Base().Matches(_dockerfile).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(2, bases.Count);
        Assert.All(bases, image => Assert.Matches(@":\d+\.\d+\.\d+-noble(-chiseled)?$", image));
        Assert.EndsWith("-chiseled", bases[^1], StringComparison.Ordinal);
        Assert.Matches(User(), _dockerfile);
        Assert.DoesNotMatch("(?m)^(ADD|HEALTHCHECK) ", _dockerfile);
    }

    [Fact]
    public void Dockerfile_ExposesThePortsOfTheDefaults()
    {
        var defaults = new OrleansSie.Silo.Configuration.SieOptions();

        Assert.Contains($"EXPOSE {defaults.Prometheus.Port} {OrleansSie.Silo.Configuration.ClusteringOptions.SharedSiloPort}\n", _dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Dockerfile_GivesItsUserTheOnlyFolderThatIsWritten()
    {
        var user = User().Match(_dockerfile).Groups[1].Value;

        Assert.Contains($"--chown={user} /data /data\n", _dockerfile, StringComparison.Ordinal);
        Assert.Contains("SIE__STORAGE__PATH=/data\nVOLUME /data\n", _dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildContext_HasEveryProjectThatTheSiloIsMadeOf()
    {
        var ignore = Repository.Read(".dockerignore");
        var projects = Reference().Matches(Repository.Read("Silo/Silo.csproj") + Repository.Read("Grains/Grains.csproj")).Select(m => m.Groups[1].Value);

        Assert.All(projects.Append("Silo"), project => Assert.Contains($"\n!{project}\n", ignore, StringComparison.Ordinal));
    }

    [SystemFact]
    public async Task WhatIsPublished_RunsFromAFolderThatIsNotItsOwn_AndHoldsNothingThatIsNotNeeded()
    {
        using var folder = new TemporaryFolder();
        var app = Path.Combine(folder.Path, "app");
        await PublishAsync(app);
        var files = Directory.EnumerateFiles(app, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(app, f)).ToList();
        Assert.Contains("Silo.dll", files);
        Assert.DoesNotContain(files, f => f.EndsWith(".pdb", StringComparison.Ordinal) || f.Contains("Development", StringComparison.Ordinal) || f.EndsWith(".Tests.dll", StringComparison.Ordinal));

        var work = Directory.CreateDirectory(Path.Combine(folder.Path, "work")).FullName;
        var port = LoopbackPorts.Free();
        var environment = new Dictionary<string, string>
        {
            ["SIE__PROMETHEUS__PORT"] = Text(port),
            ["SIE__CLUSTERING__SILO_PORT"] = Text(LoopbackPorts.Free()),
            ["SIE__LOCAL__PUBSUB_PORT"] = Text(LoopbackPorts.Free()),
            ["SIE__STORAGE__PATH"] = Path.Combine(folder.Path, "data"),
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        await using var silo = SiloProcess.Start(work, port, environment, Path.Combine(app, "Silo.dll"));
        await silo.ReadyAsync();
        Assert.NotNull(await silo.MetricsAsync());
        Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);

        Assert.Empty(Directory.EnumerateFileSystemEntries(work));
        Assert.Equal(files.Count, Directory.EnumerateFiles(app, "*", SearchOption.AllDirectories).Count());
    }

    /// <summary>Runs the Dockerfile's own command, into another folder.</summary>
    private static async Task PublishAsync(string app)
    {
        var command = Publish().Match(_dockerfile).Groups[1].Value
            .Replace("/app", app, StringComparison.Ordinal)
            .Replace("$TARGETARCH", RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64", StringComparison.Ordinal)
            .Replace("$VERSION", "0.1.0", StringComparison.Ordinal)
            .Replace("$COMMIT", "", StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", [.. command.Split(' '), "--nologo", "-v", "quiet", "-nodeReuse:false"])
        {
            WorkingDirectory = Repository.PathOf("."),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("(?m)^USER ([1-9][0-9]*:[1-9][0-9]*)$")]
    private static partial Regex User();

    [GeneratedRegex("(?m)^FROM (?:--platform=\\S+ )?(\\S+)")]
    private static partial Regex Base();

    [GeneratedRegex("(?m)^RUN dotnet (publish .+)$")]
    private static partial Regex Publish();

    [GeneratedRegex("<ProjectReference Include=\"\\.\\./([^/]+)/")]
    private static partial Regex Reference();
}
