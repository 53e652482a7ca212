using System.Net;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Dispatch;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Serialization;
using OrleansSie.Grains.State;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Events;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Reach;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using OrleansSie.Silo.Web;

namespace OrleansSie.Silo.Hosting;

/// <summary>One silo: Orleans, the stream provider, the metrics endpoint.</summary>
internal static class SiloHost
{
    /// <summary>How long a stop may take. The chart's termination grace period is longer, the stream provider's drain is shorter.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    // Calls to a silo that is out of reach end after 30 s. Orleans waits for them, even when it no longer stops gracefully.
    private static readonly TimeSpan _gracefulLeave = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _longestLeave = TimeSpan.FromSeconds(45);

    /// <summary>Builds a silo.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="store">The store, open.</param>
    /// <param name="localPubSub">Port of local mode's own Pub/Sub; null outside local mode.</param>
    /// <param name="stop">The request that stops it; by default only its own stop does.</param>
    public static WebApplication Build(SieOptions options, StoreClient store, int? localPubSub, StopRequest? stop = null)
    {
        var emulator = localPubSub is { } port ? new IPEndPoint(Loopback.Address, port).ToString() : options.PubSub.EmulatorHost;

        // The empty builder has no source of configuration: the settings of .NET's and Orleans' hosts have no effect, and no file is watched.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        stop ??= new StopRequest();
        builder.Logging.AddSiloLogging(options).AddStopFilters(options, stop);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenForMetrics(options.Prometheus));
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = ShutdownTimeout;

            // Metrics and health are served from the first moment, also while the silo waits for its store.
            host.ServicesStartConcurrently = true;
        });
        builder.Services.AddRouting();
        builder.Services.AddSiloServices(options);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(stop);
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.UseOrleans(silo => silo
            .AddClustering(options, store.Redis)
            .AddState(store)
            .AddEvents(options, emulator));

        var app = builder.Build();
        app.MapSilo(options);
        return app;
    }

    /// <summary>Runs it until it has to stop, and stops it, also if its start fails or is cancelled.</summary>
    /// <returns>The exit code; null if this process has to join its cluster again, as a new silo.</returns>
    public static async Task<int?> RunAsync(WebApplication app, StopRequest stop)
    {
        var exit = app.Services.GetRequiredService<ClusterExit>();
        using var asked = stop.Token.Register(app.Lifetime.StopApplication);
        var leave = new StopRequest();
        using var deadline = StopDeadline.Of(leave, patience: _longestLeave);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var own = app.Lifetime.ApplicationStopping.Register(() =>
        {
            (exit.IsBegun ? leave : stop).Begin();
            stopping.SetResult();
        });
        try
        {
            await app.StartAsync();
        }
        catch
        {
            // A later fault is a consequence of the first one.
            await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ThrowFaultOfAPart(app, stop);
            throw;
        }

        await stopping.Task;
        if (exit.IsBegun)
        {
            using var graceful = new CancellationTokenSource(_gracefulLeave);
            await app.StopAsync(graceful.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.DisposeAsync();
            return stop.IsAsked ? 0 : null;
        }

        await app.StopAsync();
        ThrowFaultOfAPart(app, stop);
        return stop.IsAsked ? 0 : ProcessEnd.Temporary;
    }

    /// <summary>The host stops when a background service has failed, and does not throw its fault.</summary>
    private static void ThrowFaultOfAPart(WebApplication app, StopRequest stop)
    {
        var parts = app.Services.GetServices<IHostedService>().OfType<BackgroundService>();
        if (!stop.IsAsked && parts.Select(part => part.ExecuteTask?.Exception).OfType<Exception>().ToList() is { Count: > 0 } faults)
        {
            throw new AggregateException(faults);
        }
    }

    /// <summary>What serves, watches and measures. Shared with the in-process tests.</summary>
    public static void AddSiloServices(this IServiceCollection services, SieOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(GrainClock.Name, TimeProvider.System);
        services.AddSingleton<MetricsRegistry>();
        services.AddSingleton<MessageMetrics>();
        services.AddSingleton<GrainMetrics>();
        services.AddHostedService<GrainMeterBridge>();
        services.AddHostedService<OrleansMeterBridge>();
        services.AddHostedService<DurabilityMonitor>();
        services.AddSingleton<StoreMetrics>();
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<IPubSubGate>(s => s.GetRequiredService<StoreHealth>());
        services.AddHostedService(s => s.GetRequiredService<StoreHealth>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WaitForStores>();
        services.AddSingleton<IFatalErrorHandler, ExitOnFatalError>();
        services.AddSingleton<ClusterSeries>();
        services.AddSingleton<ClusterSnapshots>();
        services.AddSingleton<UnattributedSeries>();
        services.AddSingleton<UnattributedSnapshots>();
        services.AddSingleton<NodeSnapshots>();
        services.AddHostedService<SnapshotLoop>();
        services.AddSingleton<ProcessSeries>();
        services.AddSingleton<MembershipSeries>();
        services.AddSingleton<ClusterExit>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<MetricsDocuments>();
        services.AddRepair();
    }

    /// <summary>Where state is kept. Shared with the in-process tests.</summary>
    public static ISiloBuilder AddState(this ISiloBuilder silo, StoreClient store)
    {
        silo.Services.AddSingleton<Orleans.Storage.IGrainStorageSerializer, StateSerializer>();
        silo.Services.AddHostedService<RetentionLoop>();
        foreach (var name in (string[])[StateStore.Name, StateStore.Instances])
        {
            var unwatched = StateStorage.Unwatched + name;
            silo.AddWatchedStateStorage(name);
            _ = store switch
            {
                { Embedded: { } embedded } => silo.AddEmbeddedStateStorage(_ => embedded, unwatched),
                { Redis: { } redis } => silo.AddRedisStateStorage(_ => redis, unwatched),
                _ => silo.AddMemoryStateStorage(unwatched),
            };
        }

        return silo;
    }

    /// <summary>Everything between a pulled message or a listed instance and its grain. Shared with the in-process tests.</summary>
    public static ISiloBuilder AddEvents(this ISiloBuilder silo, SieOptions options, string? emulatorHost)
    {
        silo.Services.AddSingleton<KnownClusters>();
        silo.Services.AddSingleton<ClusterCalls>();
        silo.Services.AddSingleton<KnownEpochs>();
        silo.Services.AddSingleton(new RetentionSettings(options.Attribution.Timeout, options.Instances.Retention, options.Clusters.Retention));
        silo.Services.AddSingleton(
            new StormSettings(options.Storm.BeginRatio, options.Storm.EndRatio, options.Storm.MinLost, options.Inventory.ListingMinutes));
        silo.Services.AddSingleton(new AuditLogParser(options.ProjectName));
        silo.Services.AddSingleton(new WatchedProjects(options));
        silo.Services.AddSingleton<IPubSubMessageDecoder, MessageDecoder>();
        silo.Services.AddSingleton<IPubSubObserver, SettlementObserver>();
        silo.Services.AddSingleton(DirectDeliverySettings.Default);
        silo.Services.AddSingleton<DirectDeliveries>();
        silo.Services.AddSingleton<DispatchRoom>();
        silo.AddShards();
        silo.AddInventory(options);
        return silo.AddPubSubStreams(InstanceStream.Provider, streams =>
        {
            foreach (var subscription in options.Subscriptions)
            {
                streams.Subscriptions.Add(subscription);
            }

            streams.EmulatorHost = emulatorHost;
        });
    }
}
