namespace OrleansSie.Silo.Inventory;

/// <summary>Which zones an aggregated list spoke of. Only of a zone that it told wholly may what it does not hold be called gone.</summary>
internal sealed class ListedScopes
{
    private readonly HashSet<string> _answered = [];
    private readonly HashSet<string> _unreachable = [];
    private readonly HashSet<string> _notUnderstood = [];

    /// <summary>Whether the list as a whole says that it lacks something, without saying where.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Zones, or whole regions, that the list says it could not reach.</summary>
    public IReadOnlyCollection<string> Unreachable => _unreachable;

    /// <summary>The short name of a scope, of whatever form: <c>zones/Z</c>, <c>projects/P/zones/Z</c> or an address.</summary>
    public static string NameOf(string scope) => scope[(scope.LastIndexOf('/') + 1)..];

    public void Answered(string zone) => _answered.Add(zone);

    public void MarkUnreachable(string zone) => _unreachable.Add(zone);

    public void MarkNotUnderstood(string zone) => _notUnderstood.Add(zone);

    public void MarkPartial() => IsPartial = true;

    /// <summary>Whether the list holds everything that this zone has.</summary>
    public bool HoldsAllOf(string zone) =>
        !IsPartial
        && _answered.Contains(zone)
        && !_unreachable.Contains(zone)
        && !_unreachable.Contains(RegionOf(zone))
        && !_notUnderstood.Contains(zone);

    private static string RegionOf(string zone) => zone.LastIndexOf('-') is var end and > 0 ? zone[..end] : zone;
}
