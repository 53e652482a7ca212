using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;

namespace OrleansSie.Bench.Soak;

/// <summary>The backlogs on the local broker, which lives in the silo's process: so broker and silo run in this one.</summary>
internal static class LocalBacklog
{
    public static async Task RunAsync(string folder, int instances, SoakReport report)
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
        foreach (var batch in BacklogRun.Creations(instances).Concat(BacklogRun.Interruptions(instances)).Chunk(500).SelectMany(b => b.GroupBy(e => e.Topic)))
        {
            server.Broker.Publish(batch.Key, [.. batch.Select(e => new PubsubMessage { Data = ByteString.CopyFromUtf8(e.Text) })]);
        }

        await using var app = SiloHost.Build(options, store, server.Port);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await BacklogRun.JudgeAsync("Local Pub/Sub", async () => new Scrape(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))), instances, report);
        await app.StopAsync();
    }
}
