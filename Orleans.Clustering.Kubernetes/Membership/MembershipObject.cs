using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>The two ConfigMaps as they are made where nobody made them before.</summary>
internal static class MembershipObject
{
    public static V1ConfigMap New(string name, string @namespace, IDictionary<string, string> data) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = @namespace,
            Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "orleans-k8s-membership" },

            // They change all the time, and never by anybody's declaration.
            Annotations = new Dictionary<string, string> { ["argocd.argoproj.io/ignore-resource-updates"] = "true" },
        },
        Data = data,
    };
}
