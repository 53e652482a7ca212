using System.Diagnostics;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;

namespace OrleansSie.Bench;

/// <summary>
/// All nodes of one cluster are preempted within minutes: does recording one more interruption cost more, the more were recorded
/// before? The whole program runs in this process on the embedded store; only the wire between publisher and broker is left out.
/// Prints time and CPU by tenth of the storm; the last tenth against the first is the answer.
/// </summary>
internal static class Storm
{
    private const int Portions = 10;
    private const string Topics = "projects/local-project/topics/";

    public static async Task<int> RunAsync(int count)
    {
        var folder = Directory.CreateTempSubdirectory("sie-storm-").FullName;
        var options = new SieOptions
        {
            LogLevel = LogLevel.Warning,
            Prometheus = new PrometheusOptions { Port = 0 },
            Clustering = new ClusteringOptions { SiloPort = 0 },
            Local = new LocalOptions { PubSubPort = 0 },
            Storage = new StorageOptions { Path = folder },
        };
        try
        {
            await using var store = await StartUp.OpenStoreAsync(options);
            await using var server = (await StartUp.StartLocalPubSubAsync(options, NullLoggerFactory.Instance))!;
            await using var app = SiloHost.Build(options, store, server.Port);
            await app.StartAsync();
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

            Console.WriteLine($"{count} instances of one cluster are created, then interrupted.");
            var creations = await SettleAsync(server, "sie-creation-topic", Enumerable.Range(0, count).Select(Creation));
            Console.WriteLine($"creations     {creations.Seconds,7:F2} s  {creations.CpuMicroseconds / count,6:F0} us CPU each");

            var first = 0.0;
            var last = 0.0;
            for (var portion = 0; portion < Portions; portion++)
            {
                var size = count / Portions;
                var (seconds, cpu) = await SettleAsync(
                    server, "sie-interruption-topic", Enumerable.Range(portion * size, size).Select(Interruption));
                first = portion == 0 ? cpu / size : first;
                last = cpu / size;
                Console.WriteLine(
                    $"interruptions {portion * size,6} to {((portion + 1) * size) - 1,6}  {seconds,7:F2} s  {size / seconds,6:F0}/s  {last,6:F0} us CPU each");
            }

            Console.WriteLine($"CPU of the last tenth is {last / first:F2} of the first's.");
            Console.WriteLine(await CountAsync(http, count));
            var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
            Console.WriteLine($"{bytes / 1e6:F1} MB on disk, {bytes / (double)count:F0} bytes an instance.");
            await app.StopAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, double CpuMicroseconds)> SettleAsync(LocalPubSubServer server, string topic, IEnumerable<string> messages)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        foreach (var batch in messages.Chunk(500))
        {
            server.Broker.Publish(Topics + topic, [.. batch.Select(m => new PubsubMessage { Data = ByteString.CopyFromUtf8(m) })]);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (new SieOptions().Subscriptions.Sum(server.Broker.Outstanding) > 0)
        {
            await timer.WaitForNextTickAsync();
        }

        return (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds);
    }

    /// <summary>The count as a scrape shows it; the copy that is served may be a second old.</summary>
    private static async Task<string> CountAsync(HttpClient http, int expected)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var attempt = 0; ; attempt++)
        {
            var line = (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
                .Split('\n').First(l => l.StartsWith("interruption_events_total{", StringComparison.Ordinal));
            if (line.EndsWith($" {expected}", StringComparison.Ordinal) || attempt == 50)
            {
                return line;
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private static string Creation(int number) =>
        $$$"""
        {"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"projects/p-one/zones/europe-west1-c/instances/node-{{{number}}}",
        "request":{"machineType":"zones/europe-west1-c/machineTypes/n2d-standard-8","labels":[{"key":"goog-k8s-cluster-name","value":"storm"},
        {"key":"goog-k8s-cluster-location","value":"europe-west1"},{"key":"goog-k8s-node-pool-name","value":"spot-n2d"}],
        "scheduling":{"provisioningModel":"SPOT"} } },"resource":{"labels":{"instance_id":"{{{number + 1}}}","project_id":"p-one"} },
        "timestamp":"2026-03-02T01:42:19.294120Z","operation":{"id":"operation-{{{number}}}","first":true} }
        """;

    private static string Interruption(int number) =>
        $$$"""
        {"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/p-one/zones/europe-west1-c/instances/node-{{{number}}}"},
        "resource":{"labels":{"instance_id":"{{{number + 1}}}","project_id":"p-one"} },"timestamp":"2026-03-02T10:42:31.325309Z",
        "operation":{"id":"systemevent-{{{number}}}","first":true,"last":true} }
        """;
}
