using System.Text.Json;

namespace OrleansSie.Silo.Compute;

/// <summary>A request for an aggregated list of one project: which resources, and which of their fields.</summary>
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

/// <summary>Takes the items of an aggregated list while it is read. After an error it may get the same items again.</summary>
internal interface IComputeListing
{
    /// <summary>One item. The reader is at its start and must be left at its end.</summary>
    /// <param name="zone">The short name of the zone that holds it, such as <c>europe-west1-c</c>.</param>
    /// <param name="item">Valid during the call only.</param>
    /// <returns>False if the item was not understood. Its zone then does not count as completely listed.</returns>
    bool Take(string zone, ref Utf8JsonReader item);

    /// <summary>A page was read to its end. The next one is requested when this returns.</summary>
    Task PageReadAsync(CancellationToken cancellation);

    /// <summary>A request failed and is repeated, or the listing starts again.</summary>
    void Retrying(ComputeException fault);
}

/// <summary>Which zones an aggregated list covers. A missing instance is gone only if its zone is listed completely.</summary>
internal sealed class ListedScopes
{
    private readonly HashSet<string> _answered = [];
    private readonly HashSet<string> _unreachable = [];
    private readonly HashSet<string> _notUnderstood = [];

    /// <summary>Whether the list says that something is missing, without saying where.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Zones or whole regions that the API could not reach.</summary>
    public IReadOnlyCollection<string> Unreachable => _unreachable;

    /// <summary>The short name of a scope in any form: <c>zones/Z</c>, <c>projects/P/zones/Z</c> or an address.</summary>
    public static string NameOf(string scope) => scope[(scope.LastIndexOf('/') + 1)..];

    public void Answered(string zone) => _answered.Add(zone);

    public void MarkUnreachable(string zone) => _unreachable.Add(zone);

    public void MarkNotUnderstood(string zone) => _notUnderstood.Add(zone);

    public void MarkPartial() => IsPartial = true;

    /// <summary>The zones of which the list holds everything.</summary>
    public IEnumerable<string> Whole() => _answered.Where(HoldsAllOf);

    /// <summary>Whether the list holds everything that this zone has.</summary>
    public bool HoldsAllOf(string zone) =>
        !IsPartial
        && _answered.Contains(zone)
        && !_unreachable.Contains(zone)
        && !_unreachable.Contains(RegionOf(zone))
        && !_notUnderstood.Contains(zone);

    private static string RegionOf(string zone) => zone.LastIndexOf('-') is var end and > 0 ? zone[..end] : zone;
}
