using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>Adds Orleans streams over Google Cloud Pub/Sub to a silo.</summary>
public static class PubSubStreamsHosting
{
    /// <summary>How long a message waits for an idle agent at most. While there are messages the agent keeps reading.</summary>
    private static readonly TimeSpan _pumpPeriod = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// An agent tries no delivery twice: its pause after a failure is longer than a delivery may take. Failed messages are nacked, and
    /// Pub/Sub decides when and where to deliver them again.
    /// </summary>
    private static readonly TimeSpan _deliveryTime = TimeSpan.FromMilliseconds(100);
    private static readonly PubSubBackoff _deliveryPause = new(_deliveryTime * 3, _deliveryTime * 3);

    /// <summary>
    /// How long the agent remembers a stream. After that a new handshake costs little, and streams that ended are forgotten.
    /// </summary>
    private static readonly TimeSpan _streamMemory = TimeSpan.FromHours(1);

    /// <summary>
    /// Adds a stream provider that takes from Pub/Sub subscriptions. Needs an <see cref="IPubSubMessageDecoder"/> among the services, and
    /// uses an <see cref="IPubSubObserver"/> and an <see cref="IPubSubGate"/> if there are any. Its <see cref="PubSubStatus"/> can be had
    /// from the services by the provider's name, that of the first provider also without one.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The provider's name, the same on all silos.</param>
    /// <param name="configure">Sets the options.</param>
    public static ISiloBuilder AddPubSubStreams(this ISiloBuilder builder, string name, Action<PubSubStreamOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);

        var services = builder.Services;
        services.AddOptions<PubSubStreamOptions>(name).Configure(configure);
        services.AddSingleton<IValidateOptions<PubSubStreamOptions>>(new PubSubStreamOptionsValidator(name));
        services.AddSingleton<IConfigurationValidator>(s => new PubSubStreamsConfigurationCheck(name, s));
        services.TryAddKeyedSingleton<PubSubApi>(name, (s, _) => new GrpcPubSubApi(OptionsOf(s, name), TimeOf(s, name)));
        services.AddKeyedSingleton(name, (s, _) => new PubSubStatus(name, OptionsOf(s, name).Subscriptions));
        services.TryAddSingleton(s => s.GetRequiredKeyedService<PubSubStatus>(name));
        services.AddKeyedSingleton(name, (s, _) => CreateFactory(s, name));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            s => new PubSubStreamsLifecycle(name, () => s.GetRequiredKeyedService<PubSubQueueAdapterFactory>(name)));
        return builder.AddPersistentStreams(name, (s, n) => s.GetRequiredKeyedService<PubSubQueueAdapterFactory>(n), streams => Configure(streams, name));
    }

    private static void Configure(ISiloPersistentStreamConfigurator streams, string name)
    {
        streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        streams.ConfigurePartitionBalancing((_, _) => new SiloLocalQueueBalancer());
        streams.ConfigurePullingAgent(agent => agent.Configure<IOptionsMonitor<PubSubStreamOptions>>((pulling, monitor) =>
        {
            var options = monitor.Get(name);
            pulling.BatchContainerBatchSize = 1;
            pulling.GetQueueMsgsTimerPeriod = _pumpPeriod;
            pulling.InitQueueTimeout = options.ShutdownTimeout;
            pulling.MaxEventDeliveryTime = _deliveryTime;
            pulling.StreamInactivityPeriod = _streamMemory;
        }));
        streams.ConfigureBackoffProvider((_, _) => (IMessageDeliveryBackoffProvider)_deliveryPause);
    }

    private static PubSubQueueAdapterFactory CreateFactory(IServiceProvider services, string name)
    {
        var options = OptionsOf(services, name);
        var time = TimeOf(services, name);
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger($"{typeof(PubSubStreamsHosting).Namespace}.{name}");
        var api = services.GetRequiredKeyedService<PubSubApi>(name);
        var status = services.GetRequiredKeyedService<PubSubStatus>(name);
        var decoder = services.GetKeyedService<IPubSubMessageDecoder>(name) ?? services.GetRequiredService<IPubSubMessageDecoder>();
        var observer = ServiceOf<IPubSubObserver>(services, name);
        var gate = ServiceOf<IPubSubGate>(services, name);
        var subscriptions = status.Subscriptions.Select(each =>
        {
            var circuit = new DeliveryCircuit(each.Subscription, options, gate, time, logger);
            each.WatchCircuit(() => circuit.State != CircuitState.Closed);
            var reporter = new SettlementReporter(each, observer, logger);
            return new PubSubSubscription(circuit, Start, options.ShutdownTimeout);

            PubSubSession Start()
            {
                var leases = new LeaseManager(api, options, each, circuit, reporter, time, logger);
                var budget = new PullBudget(options, each, leases, circuit);
                var puller = new PubSubPuller(api, decoder, leases, budget, each, options.ConcurrentPulls, time, logger);
                return new PubSubSession(puller, leases, options.ShutdownTimeout, time);
            }
        });
        return new PubSubQueueAdapterFactory(name, options, [.. subscriptions], logger);
    }

    private static PubSubStreamOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<PubSubStreamOptions>>().Get(name);

    private static TimeProvider TimeOf(IServiceProvider services, string name) => ServiceOf<TimeProvider>(services, name) ?? TimeProvider.System;

    private static T? ServiceOf<T>(IServiceProvider services, string name)
        where T : class => services.GetKeyedService<T>(name) ?? services.GetService<T>();
}

/// <summary>
/// Stops pulling before any other part of the silo stops. After the agents have drained or were given up, sends the remaining acks and
/// nacks.
/// </summary>
internal sealed class PubSubStreamsLifecycle(string name, Func<PubSubQueueAdapterFactory> factory) : ILifecycleParticipant<ISiloLifecycle>
{
    private PubSubQueueAdapterFactory? _factory;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe($"{name}.Finish", ServiceLifecycleStage.ApplicationServices + 1, CreateAsync, FinishAsync);
        lifecycle.Subscribe($"{name}.StopPulling", ServiceLifecycleStage.Active + 1, _ => Task.CompletedTask, StopPullingAsync);
    }

    private Task CreateAsync(CancellationToken cancellation)
    {
        _factory = factory();
        return Task.CompletedTask;
    }

    private Task StopPullingAsync(CancellationToken cancellation)
    {
        foreach (var subscription in _factory?.Subscriptions ?? [])
        {
            subscription.StopPulling();
        }

        return Task.CompletedTask;
    }

    private Task FinishAsync(CancellationToken cancellation) =>
        Task.WhenAll((_factory?.Subscriptions ?? []).Select(subscription => subscription.FinishAsync()));
}
