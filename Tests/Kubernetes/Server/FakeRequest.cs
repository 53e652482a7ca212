namespace OrleansSie.Tests.Kubernetes.Server;

/// <summary>One request as it stands in the log: what an audit log of Kubernetes would say.</summary>
/// <param name="Verb">The verb of the role: get, list, watch, create, update, patch, delete.</param>
/// <param name="Resource">The resource, as in configmaps.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The object's name, empty for a create: there the name is not known to the authorizer.</param>
/// <param name="DryRun">Whether nothing was to be changed.</param>
internal sealed record FakeRequest(string Verb, string Resource, string Namespace, string Name, bool DryRun)
{
    /// <summary>The query parameter fieldManager, where one was given.</summary>
    public string? Manager { get; init; }
}
