namespace Orleans.Clustering.Kubernetes;

/// <summary>All the rights that the membership table needs.</summary>
internal static class NeededRole
{
    /// <summary>The role to paste. The last rule is for the first start alone, where nobody else makes the two objects.</summary>
    public static string Text(TableIdentity identity) => $"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {"{"} name: {identity.Name}, namespace: {identity.Namespace} {"}"}
        rules:
        - apiGroups: [""]
          resources: ["configmaps"]
          resourceNames: ["{identity.Name}"]
          verbs: ["get", "update"]
        - apiGroups: [""]
          resources: ["configmaps"]
          resourceNames: ["{identity.AliveName}"]
          verbs: ["get", "patch"]
        - apiGroups: [""]   # not needed where both objects exist before the first start
          resources: ["configmaps"]
          verbs: ["create"]
        """;
}
