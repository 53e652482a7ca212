using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansSie.Grains;
using OrleansSie.Grains.State;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Events;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>Silos in this process, from the message to the metrics document, over one Pub/Sub and one store.</summary>
internal static class InProcessSilos
{
    public static InProcessTestCluster Build(
        short silos, SieOptions options, int pubSubPort, TestStorage storage, Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Name, storage);
            silo.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Instances, storage);
            silo.Services.AddSingleton(options);
            silo.Services.AddKeyedSingleton(GrainClock.Name, TimeProvider.System);
            silo.Services.AddSingleton<GrainMetrics>();
            silo.Services.AddSingleton<MetricsRegistry>();
            silo.Services.AddSingleton<MessageMetrics>();
            silo.Services.AddSingleton(new StoreHealth(_ => Task.CompletedTask, "the store", TimeProvider.System, NullLogger<StoreHealth>.Instance));
            silo.Services.AddSingleton(new UnattributedSeries());
            silo.Services.AddSingleton<ClusterSeries>();
            silo.Services.AddSingleton<ClusterSnapshots>();
            silo.AddEvents(options, $"127.0.0.1:{pubSubPort}");
            configure?.Invoke(silo);
        });
        return builder.Build();
    }

    /// <summary>What one of them serves at /metrics.</summary>
    public static async Task<Exposition> ScrapeAsync(InProcessSiloHandle silo)
    {
        var services = silo.ServiceProvider;
        await services.GetRequiredService<ClusterSnapshots>().RefreshAsync(TestContext.Current.CancellationToken);
        using var text = new MemoryStream();
        await services.GetRequiredService<ClusterSeries>().WriteToAsync(text, ExpositionForm.text, TestContext.Current.CancellationToken);
        await services.GetRequiredService<MetricsRegistry>().WriteAsync(text, ExpositionForm.text, TestContext.Current.CancellationToken);
        return new Exposition(System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }

    /// <summary>The counts that one of them serves at /metrics/cluster.</summary>
    public static async Task<Exposition> ScrapeClusterWideAsync(InProcessSiloHandle silo)
    {
        var services = silo.ServiceProvider;
        var snapshots = services.GetRequiredService<ClusterSnapshots>();
        Assert.True(await snapshots.CatchUpAsync(), snapshots.LastError);
        return new Exposition(services.GetRequiredService<ClusterSeries>().TextOf(ExpositionForm.text));
    }
}
