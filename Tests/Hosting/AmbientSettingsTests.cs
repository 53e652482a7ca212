using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using OrleansSie.Bench.Chaos.Parts;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Storage;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>Settings that .NET, ASP.NET Core and Orleans would take from around the process have no effect.</summary>
public sealed partial class AmbientSettingsTests
{
    private const string Heading = "## What has no effect";

    [Fact]
    public async Task Host_HasNoSourceOfConfigurationButTheProgram()
    {
        await using var store = new StoreClient();
        await using var app = SiloHost.Build(new SieOptions { Prometheus = new PrometheusOptions { Port = 0 } }, store, localPubSub: 1);

        Assert.All(Providers((IConfigurationRoot)app.Configuration), provider => Assert.IsType<MemoryConfigurationProvider>(provider));
        Assert.Equal("Production", app.Environment.EnvironmentName);
    }

    [SystemFact]
    public async Task Start_UnderEverySettingOfTheTableAtOnce_IsThatOfACleanEnvironment()
    {
        var settings = Settings();
        using var folder = new TemporaryFolder();
        var work = Directory.CreateDirectory(Path.Combine(folder.Path, "work")).FullName;
        var program = CopyOfTheProgram(Path.Combine(folder.Path, "app"));
        foreach (var file in Files().SelectMany(name => (string[])[Path.Combine(work, name), Path.Combine(folder.Path, "app", name)]))
        {
            // Who reads it fails.
            await File.WriteAllTextAsync(file, "{ not JSON", TestContext.Current.CancellationToken);
        }

        var (metrics, pubSub) = (LoopbackPorts.Free(), LoopbackPorts.Free());
        settings["SIE__PROMETHEUS__PORT"] = Text(metrics);
        settings["SIE__LOCAL__PUBSUB_PORT"] = Text(pubSub);
        settings["SIE__CLUSTERING__SILO_PORT"] = Text(LoopbackPorts.Free());
        await using var silo = SiloProcess.Start(work, metrics, settings, program);

        await silo.ReadyAsync();
        using var topics = new PubSubRest($"127.0.0.1:{pubSub}", "local-project");
        await topics.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await topics.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());
        await Eventually.IsAsync(silo.MetricsAsync, m => m?.Interruptions("fake-cluster") == 1);
        Assert.Equal(HttpStatusCode.OK, await StatusUnderAnotherHostAsync(metrics));
        Assert.DoesNotContain(silo.OpenFiles(), file => file.Contains("inotify", StringComparison.Ordinal));
        Assert.Matches(FirstLine(), silo.Output);
        Assert.DoesNotMatch(Trouble(), silo.Output);
        Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(work).Select(Path.GetFileName).Except(Files()));
    }

    private static IEnumerable<IConfigurationProvider> Providers(IConfigurationRoot root) => root.Providers.SelectMany(provider =>
        provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner } ? Providers(inner) : [provider]);

    /// <summary>The rows of the documented table.</summary>
    private static List<string> Rows()
    {
        var page = Repository.Read("docs/configuration.md");
        var rows = page[page.IndexOf(Heading, StringComparison.Ordinal)..].Split('\n')
            .SkipWhile(line => !line.StartsWith('|'))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .ToList();
        Assert.True(rows.Count >= 8, $"the table has only {rows.Count} rows");
        Assert.All(rows, row => Assert.True(Setting().IsMatch(row) || FileName().IsMatch(row), $"'{row}' has no setting that can be tried"));
        return rows;
    }

    private static Dictionary<string, string> Settings() => Rows()
        .SelectMany(row => Setting().Matches(row))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);

    private static List<string> Files() => [.. Rows().SelectMany(row => FileName().Matches(row)).Select(match => match.Groups[1].Value)];

    /// <summary>Everything that the program is made of, in a folder where a file beside it disturbs no other test.</summary>
    private static string CopyOfTheProgram(string to)
    {
        var from = AppContext.BaseDirectory;
        var parts = Directory.EnumerateFiles(from, "*.dll")
            .Concat(Directory.EnumerateFiles(from, "Silo.*.json"))
            .Concat(Directory.EnumerateFiles(Path.Combine(from, "runtimes"), "*", SearchOption.AllDirectories));
        foreach (var file in parts)
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return Path.Combine(to, "Silo.dll");
    }

    private static async Task<HttpStatusCode> StatusUnderAnotherHostAsync(int port)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}/metrics")) { Headers = { Host = "metrics.example" } };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("`([A-Za-z_.:]+)=([^`]*)`", RegexOptions.CultureInvariant)]
    private static partial Regex Setting();

    [GeneratedRegex("`([A-Za-z.]+\\.json)`", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    [GeneratedRegex("(?m)^[0-9T:.-]+Z info: OrleansSie", RegexOptions.CultureInvariant)]
    private static partial Regex FirstLine();

    [GeneratedRegex("(?m)^\\S+ (warn|fail|crit): ", RegexOptions.CultureInvariant)]
    private static partial Regex Trouble();
}
