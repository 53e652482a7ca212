using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streaming.PubSub;
using Orleans.TestingHost;

namespace OrleansSie.Tests.Streaming;

/// <summary>Silos in this process with the provider over a <see cref="FakePubSub"/>.</summary>
internal sealed class StreamsCluster : IAsyncDisposable
{
    /// <summary>The stream provider's name; no other silo in this process has one of this name.</summary>
    public const string Provider = "test-pubsub";
    private InProcessTestCluster? _cluster;

    public FakePubSub PubSub { get; } = new();

    public RecordingObserver Observer { get; } = new();

    public StreamProbe Probe { get; } = new();

    public IEnumerable<PubSubSubscriptionStatus> Statuses =>
        _cluster!.Silos.Select(silo => silo.ServiceProvider.GetRequiredKeyedService<PubSubStatus>(Provider).Subscriptions[0]);

    public static async Task<StreamsCluster> StartAsync(
        short silos, Action<PubSubStreamOptions>? configure = null, Action<ILoggingBuilder>? log = null)
    {
        var cluster = new StreamsCluster();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(cluster.Probe);
            silo.Services.AddKeyedSingleton<PubSubApi>(Provider, cluster.PubSub);
            silo.Services.AddSingleton<IPubSubMessageDecoder, TextDecoder>();
            silo.Services.AddSingleton<IPubSubObserver>(cluster.Observer);
            silo.Services.AddLogging(log ?? (logging => logging.ClearProviders()));
            silo.AddPubSubStreams(Provider, options =>
            {
                options.Subscriptions.Add(FakePubSub.Subscription);
                configure?.Invoke(options);
            });
        });
        cluster._cluster = builder.Build();
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    public Task StopAsync() => _cluster!.StopAllSilosAsync();

    public async ValueTask DisposeAsync()
    {
        if (_cluster is { } cluster)
        {
            await cluster.StopAllSilosAsync();
            await cluster.DisposeAsync();
        }
    }
}
