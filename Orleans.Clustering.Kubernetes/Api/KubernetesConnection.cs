using k8s;
using k8s.Exceptions;

namespace Orleans.Clustering.Kubernetes;

/// <summary>How the API server is reached.</summary>
internal static class KubernetesConnection
{
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _pingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pingTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _connectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What the options give; else in a pod the pod's own service account, whatever kubeconfig may lie about there, and elsewhere KUBECONFIG
    /// or ~/.kube/config.
    /// </summary>
    /// <exception cref="KubernetesMembershipException">There is none that can be read.</exception>
    public static KubernetesClientConfiguration Configuration(KubernetesClusteringOptions options)
    {
        try
        {
            // Without a kubeconfig the default would be whoever listens on localhost:8080; the pod's own fails with what is missing.
            return options.GetClientConfiguration is { } own
                ? own()
                : KubernetesClientConfiguration.IsInCluster() || !HasKubeConfig
                ? WithoutProxy(KubernetesClientConfiguration.InClusterConfig())
                : KubernetesClientConfiguration.BuildDefaultConfig();
        }
        catch (KubeConfigException e)
        {
            throw new KubernetesMembershipException(
                MembershipFailure.Invalid,
                $"How to reach the Kubernetes API is not known: {e.Message} In a pod set automountServiceAccountToken; elsewhere set KUBECONFIG.",
                e);
        }
    }

    /// <summary>
    /// A pod's own API server is never behind a proxy: it is in the cluster's network, which NO_PROXY mostly names as a range of addresses,
    /// and .NET does not understand those. By a kubeconfig the server is reached as by kubectl, through the environment's proxy.
    /// </summary>
    internal static KubernetesClientConfiguration WithoutProxy(KubernetesClientConfiguration config)
    {
        config.FirstMessageHandlerSetup = handler => handler.UseProxy = false;
        return config;
    }

    private static bool HasKubeConfig => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG"))
        || File.Exists(KubernetesClientConfiguration.KubeConfigDefaultLocation);

    /// <summary>The namespace meant by the options: theirs, else the variable POD_NAMESPACE, else that of the configuration.</summary>
    /// <exception cref="KubernetesMembershipException">None of them is given, or it is no name of a namespace.</exception>
    public static string NamespaceOf(KubernetesClusteringOptions options, KubernetesClientConfiguration config)
    {
        var name = (options.Namespace ?? Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? config.Namespace)?.Trim();
        return string.IsNullOrEmpty(name)
            ? throw new KubernetesMembershipException(MembershipFailure.Invalid, "The namespace of the membership table is not known. Set the variable POD_NAMESPACE or the option Namespace.")
            : KubernetesNames.IsLabel(name)
            ? name
            : throw new KubernetesMembershipException(MembershipFailure.Invalid, $"'{name}' is no name of a namespace: lower-case letters, digits and dashes, at most 63.");
    }

    /// <summary>A client that notices a dead connection within seconds; as shipped it takes minutes, longer than a silo is believed alive.</summary>
    public static k8s.Kubernetes Connect(KubernetesClientConfiguration config, TimeSpan requestTimeout)
    {
        config.HttpClientTimeout = requestTimeout;
        var setUp = config.FirstMessageHandlerSetup;
        config.FirstMessageHandlerSetup = handler =>
        {
            handler.UseProxy = !new Uri(config.Host).IsLoopback;
            handler.ConnectTimeout = _connectTimeout;
            handler.KeepAlivePingDelay = _pingDelay;
            handler.KeepAlivePingTimeout = _pingTimeout;
            handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always;
            handler.PooledConnectionLifetime = _connectionLifetime;
            setUp?.Invoke(handler);
        };
        return new k8s.Kubernetes(config);
    }
}
