using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>Settings that .NET, ASP.NET Core and Orleans would take from around the process have no effect.</summary>
public sealed partial class AmbientSettingsTests
{
    private static readonly string[] _files = ["appsettings.json", "appsettings.Production.json", "appsettings.Development.json"];

    private static readonly (string Name, string Value)[] _settings =
    [
        ("Orleans__Clustering__ProviderType", "Redis"),
        ("Orleans__ClusterId", "other"),
        ("Orleans__Endpoints__SiloPort", "1"),
        ("AllowedHosts", "nobody.example"),
        ("ASPNETCORE_URLS", "http://192.0.2.1:1"),
        ("URLS", "http://192.0.2.1:1"),
        ("ASPNETCORE_HTTP_PORTS", "8080"),
        ("ASPNETCORE_HTTPS_PORTS", "8443"),
        ("Kestrel__Endpoints__Http__Url", "http://192.0.2.1:1"),
        ("Kestrel__EndpointDefaults__Protocols", "Http2"),
        ("Kestrel__Certificates__Default__Path", "/absent"),
        ("ASPNETCORE_ENVIRONMENT", "Development"),
        ("DOTNET_ENVIRONMENT", "Development"),
        ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "Absent"),
        ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"),
        ("ASPNETCORE_CONTENTROOT", "/absent"),
        ("DOTNET_CONTENTROOT", "/absent"),
        ("ASPNETCORE_WEBROOT", "/absent"),
        ("DOTNET_SHUTDOWNTIMEOUTSECONDS", "0"),
        ("ASPNETCORE_SHUTDOWNTIMEOUTSECONDS", "0"),
        ("DOTNET_hostBuilder:reloadConfigOnChange", "true"),
        ("Logging__LogLevel__Default", "None"),
        ("Logging__LogLevel__OrleansSie.Silo", "None"),
        ("Logging__Console__FormatterName", "systemd"),
    ];

    [Fact]
    public async Task Host_HasNoSourceOfConfigurationButTheProgram()
    {
        await using var store = new StoreClient();
        await using var app = SiloHost.Build(new SieOptions { Prometheus = new PrometheusOptions { Port = 0 } }, store, localPubSub: 1);

        Assert.All(Providers((IConfigurationRoot)app.Configuration), provider => Assert.IsType<MemoryConfigurationProvider>(provider));
        Assert.Equal("Production", app.Environment.EnvironmentName);
    }

    /// <summary>docs/configuration.md names only settings that are tried here.</summary>
    [Fact]
    public void Page_NamesSettingsThatAreTried()
    {
        var paragraph = Paragraph().Match(Repository.Read("docs/configuration.md")).Groups[1].Value;
        var named = NameOnPage().Matches(paragraph).Select(match => match.Groups[1].Value).ToList();

        Assert.True(named.Count > 5);
        Assert.All(named, name => Assert.Contains(name, _settings.Select(setting => setting.Name).Concat(_files)));
    }

    [SystemFact]
    public async Task Start_UnderEverySettingAtOnce_IsThatOfACleanEnvironment()
    {
        var settings = _settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        using var folder = new TemporaryFolder();
        var work = Directory.CreateDirectory(Path.Combine(folder.Path, "work")).FullName;
        var program = CopyOfTheProgram(Path.Combine(folder.Path, "app"));
        foreach (var file in _files.SelectMany(name => (string[])[Path.Combine(work, name), Path.Combine(folder.Path, "app", name)]))
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
        Assert.DoesNotContain(silo.Output.Split('\n'), line => Trouble().IsMatch(line));
        Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(work).Select(Path.GetFileName).Except(_files));
    }

    private static IEnumerable<IConfigurationProvider> Providers(IConfigurationRoot root) => root.Providers.SelectMany(provider =>
        provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner } ? Providers(inner) : [provider]);

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

    [GeneratedRegex("\n## What has no effect\n\n(.+)\n", RegexOptions.CultureInvariant)]
    private static partial Regex Paragraph();

    [GeneratedRegex("`([^`]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex NameOnPage();

    [GeneratedRegex("(?m)^[0-9T:.-]+Z info: OrleansSie", RegexOptions.CultureInvariant)]
    private static partial Regex FirstLine();

    /// <summary>Orleans says of a busy machine that a grain's turn took long.</summary>
    [GeneratedRegex("(?m)^\\S+ (warn|fail|crit): (?!Orleans\\.Runtime\\.Scheduler)", RegexOptions.CultureInvariant)]
    private static partial Regex Trouble();
}
