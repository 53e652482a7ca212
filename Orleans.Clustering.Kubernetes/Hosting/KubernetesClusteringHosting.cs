using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Lets silos find each other, and clients find silos, through a table in the Kubernetes API.</summary>
public static class KubernetesClusteringHosting
{
    /// <summary>
    /// Keeps the silo's membership table in two ConfigMaps. The services include its <see cref="KubernetesMembershipStatus"/>. A silo whose
    /// table was replaced stops its host, so that it is restarted.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets the options. In a pod the defaults are enough.</param>
    public static ISiloBuilder UseKubernetesClustering(this ISiloBuilder builder, Action<KubernetesClusteringOptions>? configure = null)
    {
        AddReader(builder.Services, configure, isSilo: true);
        builder.Services.TryAddSingleton(provider => new KubernetesMembershipTable(
            provider.GetRequiredService<ConfigMapApi>(),
            provider.GetRequiredService<TableReader>(),
            provider.GetRequiredService<KubernetesMembershipStatus>(),
            provider.GetRequiredService<IOptions<KubernetesClusteringOptions>>().Value,
            TimeOf(provider),
            LoggerOf(provider)));
        builder.Services.AddSingleton<IMembershipTable>(services => services.GetRequiredService<KubernetesMembershipTable>());
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, PredecessorsEnd>();
        return builder;
    }

    /// <summary>
    /// Lets a client find the gateways of silos that use <see cref="UseKubernetesClustering(ISiloBuilder,
    /// Action{KubernetesClusteringOptions})"/>. It needs only the right to get the table.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Sets the options. In a pod the defaults are enough.</param>
    public static IClientBuilder UseKubernetesClustering(this IClientBuilder builder, Action<KubernetesClusteringOptions>? configure = null)
    {
        AddReader(builder.Services, configure, isSilo: false);
        builder.Services.AddSingleton<IGatewayListProvider, KubernetesGatewayListProvider>();
        return builder;
    }

    private static void AddReader(IServiceCollection services, Action<KubernetesClusteringOptions>? configure, bool isSilo)
    {
        services.AddOptions<KubernetesClusteringOptions>().Configure(options => configure?.Invoke(options));
        services.AddSingleton<IConfigurationValidator, KubernetesClusteringCheck>();
        services.TryAddSingleton<KubernetesMembershipStatus>();
        services.TryAddSingleton(CreateApi);
        services.TryAddSingleton(provider => new TableReader(
            provider.GetRequiredService<ConfigMapApi>(),
            provider.GetRequiredService<KubernetesMembershipStatus>(),
            isSilo ? () => provider.GetService<IHostApplicationLifetime>()?.StopApplication() : null,
            LoggerOf(provider)));
    }

    private static ConfigMapApi CreateApi(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<KubernetesClusteringOptions>>().Value;
        var cluster = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var config = KubernetesConnection.Configuration(options);
        var name = options.ConfigMapName ?? TableIdentity.DefaultName(cluster.ServiceId, cluster.ClusterId);
        var identity = new TableIdentity(KubernetesConnection.NamespaceOf(options, config), name, cluster.ServiceId, cluster.ClusterId);
        return new ConfigMapApi(KubernetesConnection.Connect(config, options.RequestTimeout), identity, options.RequestTimeout, TimeOf(services));
    }

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger LoggerOf(IServiceProvider services) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(KubernetesMembershipTable).Namespace!);
}
