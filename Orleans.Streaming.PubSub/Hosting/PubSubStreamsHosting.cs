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
    private static readonly TimeSpan _pumpPeriod = TimeSpan.FromMilliseconds(20);

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
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutgoingGrainCallFilter, DeliveryWitness>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IIncomingGrainCallFilter, DeafConsumerGuard>());
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
            pulling.MaxEventDeliveryTime = options.MaxEventDeliveryTime;
            pulling.StreamInactivityPeriod = options.StreamInactivityPeriod;
        }));
        streams.ConfigureBackoffProvider((s, n) => (IMessageDeliveryBackoffProvider)DeliveryBackoff(OptionsOf(s, n)));
        streams.ConfigureBackoffProvider((s, n) => (IQueueReaderBackoffProvider)DeliveryBackoff(OptionsOf(s, n)));
    }

    private static PubSubBackoff DeliveryBackoff(PubSubStreamOptions options) => new(options.DeliveryBackoffMin, options.DeliveryBackoffMax);

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
            var reporter = new SettlementReporter(each.Subscription, observer, logger);
            return new PubSubSubscription(circuit, Start, options.ShutdownTimeout);

            PubSubSession Start()
            {
                var leases = new LeaseManager(api, options, each, circuit, reporter, time, logger);
                var budget = new PullBudget(options, each, circuit);
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
