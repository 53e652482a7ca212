using System.Diagnostics;
using System.Globalization;
using System.Text;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Testing;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// Both backlogs wait when the silo starts on an empty store: creations and their interruptions, which no order holds together.
/// Every interruption must be counted. On our broker in this process, and on Google's emulator where one is named.
/// </summary>
internal static class BacklogRun
{
    public const string EmulatorProject = "soak-backlog";

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    public static async Task<int> RunAsync(int instances)
    {
        var report = new SoakReport();
        report.Say($"{instances} creations and their {instances} interruptions wait; then one silo starts on an empty store.");
        await InFolderAsync(folder => OnLocalPubSubAsync(folder, instances, report));
        if (Environment.GetEnvironmentVariable("SIE_TEST_PUBSUB_EMULATOR") is { Length: > 0 } emulator)
        {
            await InFolderAsync(folder => OnEmulatorAsync(folder, emulator, instances, report));
        }
        else
        {
            report.Say("Not run on Google's emulator: start it and set SIE_TEST_PUBSUB_EMULATOR to its host:port.");
        }

        return await report.EndAsync(null);
    }

    /// <summary>Waits until everything is settled and counted, and judges it.</summary>
    public static async Task JudgeAsync(string where, Func<Task<SoakScrape>> scrape, int instances, SoakReport report)
    {
        var begun = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var now = await scrape();
        while ((now.Settled < 2 * instances || now.Interruptions.Values.Sum() < instances) && Stopwatch.GetElapsedTime(begun) < _patience)
        {
            await timer.WaitForNextTickAsync();
            now = await scrape();
        }

        var counted = now.Interruptions.Values.Sum();
        report.Say($"{where}: {now.Outcomes}.");
        report.Judge(counted == instances, string.Create(CultureInfo.InvariantCulture,
            $"{where}: {counted} of {instances} interruptions counted, {now.Settled} messages settled, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s after it was ready or asked first."));
    }

    public static IEnumerable<SoakEvent> Creations(int instances) => Enumerable.Range(0, instances).Select(SoakEntries.Creation);

    public static IEnumerable<SoakEvent> Interruptions(int instances) =>
        Enumerable.Range(0, instances).Select(i => SoakEntries.Interruption(i, "systemevent"));

    private static async Task InFolderAsync(Func<string, Task> run)
    {
        var folder = Directory.CreateTempSubdirectory("sie-backlog-").FullName;
        try
        {
            await run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The local broker lives in the silo's process: so broker and silo run in this one.</summary>
    private static async Task OnLocalPubSubAsync(string folder, int instances, SoakReport report)
    {
        var options = new SieOptions
        {
            LogLevel = LogLevel.Warning,
            Prometheus = new PrometheusOptions { Port = 0 },
            Clustering = new ClusteringOptions { SiloPort = 0 },
            Local = new LocalOptions { PubSubPort = 0 },
            Storage = new StorageOptions { Path = folder },
        };
        await using var store = await StartUp.OpenStoreAsync(options);
        await using var server = (await StartUp.StartLocalPubSubAsync(options, NullLoggerFactory.Instance))!;
        foreach (var batch in Creations(instances).Concat(Interruptions(instances)).Chunk(500).SelectMany(b => b.GroupBy(e => e.Topic)))
        {
            server.Broker.Publish(batch.Key, [.. batch.Select(e => new PubsubMessage { Data = ByteString.CopyFromUtf8(e.Text) })]);
        }

        await using var app = SiloHost.Build(options, store, server.Port);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await JudgeAsync("Local Pub/Sub", async () => new SoakScrape(new Exposition(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)))), instances, report);
        await app.StopAsync();
    }

    private static async Task OnEmulatorAsync(string folder, string emulator, int instances, SoakReport report)
    {
        using var pubSub = new PubSubRest(emulator, EmulatorProject);
        await pubSub.CreateAsync();
        await pubSub.PublishAsync(Topics.Creations, Creations(instances).Select(e => Encoding.UTF8.GetBytes(e.Text)));
        await pubSub.PublishAsync(Topics.Interruptions, Interruptions(instances).Select(e => Encoding.UTF8.GetBytes(e.Text)));
        await using var silo = await SoakSilo.StartAsync(folder, "64m", emulator);
        report.Say(string.Create(CultureInfo.InvariantCulture, $"Google's emulator: ready {silo.StartUp.TotalSeconds:F2} s after its start."));
        await JudgeAsync("Google's emulator", silo.ScrapeAsync, instances, report);
        await silo.StopAsync();
    }
}
