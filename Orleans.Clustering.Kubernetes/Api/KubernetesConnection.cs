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
    /// The configuration of the options. Without one: in a pod the pod's service account, even if there is a kubeconfig, and elsewhere
    /// KUBECONFIG or ~/.kube/config.
    /// </summary>
    /// <exception cref="KubernetesMembershipException">No configuration can be read.</exception>
    public static KubernetesClientConfiguration Configuration(KubernetesClusteringOptions options)
    {
        try
        {
            // Without a kubeconfig the client's default is localhost:8080. The in-cluster configuration fails and says what is missing.
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
    /// A pod reaches its API server without a proxy. The server is in the cluster's network, which NO_PROXY usually names as an address
    /// range, and .NET does not understand ranges. With a kubeconfig the environment's proxy is used, as by kubectl.
    /// </summary>
    internal static KubernetesClientConfiguration WithoutProxy(KubernetesClientConfiguration config)
    {
        config.FirstMessageHandlerSetup = handler => handler.UseProxy = false;
        return config;
    }

    private static bool HasKubeConfig => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG"))
        || File.Exists(KubernetesClientConfiguration.KubeConfigDefaultLocation);

    /// <summary>The namespace: that of the options, else of the variable POD_NAMESPACE, else of the configuration.</summary>
    /// <exception cref="KubernetesMembershipException">There is none, or it is no valid name of a namespace.</exception>
    public static string NamespaceOf(KubernetesClusteringOptions options, KubernetesClientConfiguration config)
    {
        var name = (options.Namespace ?? Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? config.Namespace)?.Trim();
        return string.IsNullOrEmpty(name)
            ? throw new KubernetesMembershipException(MembershipFailure.Invalid, "The namespace of the membership table is not known. Set the variable POD_NAMESPACE or the option Namespace.")
            : KubernetesNames.IsLabel(name)
            ? name
            : throw new KubernetesMembershipException(MembershipFailure.Invalid, $"'{name}' is no name of a namespace: lower-case letters, digits and dashes, at most 63.");
    }

    /// <summary>
    /// A client that notices a dead connection within seconds. By default it takes minutes, and other silos would declare this one dead.
    /// </summary>
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
