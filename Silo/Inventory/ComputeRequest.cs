namespace OrleansSie.Silo.Inventory;

/// <summary>An aggregated list of one project: which resources, and what is told of each.</summary>
/// <param name="Project">Project id.</param>
/// <param name="Collection">The resources, such as <c>instances</c>: part of the address, and the name of each scope's list.</param>
/// <param name="ItemFields">The mask of an item's fields, such as <c>id,name,scheduling(preemptible)</c>.</param>
/// <param name="Filter">The API's filter expression; null for all.</param>
internal sealed record ComputeRequest(string Project, string Collection, string ItemFields, string? Filter = null)
{
    private const int PageSize = 500;

    /// <summary>The address of one page, relative to the endpoint.</summary>
    public string PathOf(string? pageToken)
    {
        var fields = $"items/*/{Collection}({ItemFields}),items/*/warning(code),nextPageToken,unreachables,warning(code)";
        var path = $"compute/v1/projects/{Uri.EscapeDataString(Project)}/aggregated/{Collection}"
            + $"?maxResults={PageSize}&returnPartialSuccess=true&fields={Uri.EscapeDataString(fields)}";
        path += Filter is null ? "" : $"&filter={Uri.EscapeDataString(Filter)}";
        return path + (pageToken is null ? "" : $"&pageToken={Uri.EscapeDataString(pageToken)}");
    }
}
