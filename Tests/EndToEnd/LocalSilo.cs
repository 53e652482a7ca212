using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>The whole program in local mode, in this process, on free ports, with the embedded store in a folder of its own.</summary>
internal sealed class LocalSilo : IAsyncDisposable
{
    private readonly StoreClient _store;
    private readonly LocalPubSubServer _server;
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private LocalSilo(StoreClient store, LocalPubSubServer server, WebApplication app, string project)
    {
        _store = store;
        _server = server;
        _app = app;
        _http.BaseAddress = new Uri(app.Urls.Single());
        PubSub = new PubSubRest($"127.0.0.1:{server.Port}", project);
    }

    public const string Creations = "sie-creation-topic";
    public const string Interruptions = "sie-interruption-topic";

    public PubSubRest PubSub { get; }

    public HttpClient Http => _http;

    /// <summary>Messages that the local Pub/Sub still holds.</summary>
    public int Outstanding => _server.Broker.Outstanding("projects/local-project/subscriptions/sie-creation-subscription")
        + _server.Broker.Outstanding("projects/local-project/subscriptions/sie-interruption-subscription");

    /// <param name="folder">The store's.</param>
    /// <param name="prepare">Fills the Pub/Sub before the silo pulls from it.</param>
    public static async Task<LocalSilo> StartAsync(string folder, Action<LocalBroker>? prepare = null)
    {
        var options = new SieOptions
        {
            LogLevel = LogLevel.Warning,
            Prometheus = new PrometheusOptions { Port = 0 },
            Clustering = new ClusteringOptions { SiloPort = LoopbackPorts.Free() },
            Local = new LocalOptions { PubSubPort = 0 },
            Storage = new StorageOptions { Path = folder },
        };
        var store = await StartUp.OpenStoreAsync(options);
        var server = await StartUp.StartLocalPubSubAsync(options, NullLoggerFactory.Instance);
        prepare?.Invoke(server!.Broker);
        var app = SiloHost.Build(options, store, server!.Port);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new LocalSilo(store, server, app, options.ProjectName);
    }

    public async Task<Exposition> MetricsAsync() => new(await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Waits until every message is settled and the metrics satisfy.</summary>
    public async Task<Exposition> SettledAsync(Func<Exposition, bool> satisfies) =>
        await Eventually.IsAsync(MetricsAsync, metrics => Outstanding == 0 && satisfies(metrics));

    public async ValueTask DisposeAsync()
    {
        PubSub.Dispose();
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }
}
