namespace OrleansSie.Silo.Configuration;

/// <summary>Who picks GKE's nodes out of a project's instances. The names are the setting's values.</summary>
internal enum InventoryFilter
{
    /// <summary>All instances are listed, and this program picks: needs the least of the API's quota.</summary>
    client,

    /// <summary>The API lists only instances with GKE's cluster label: less traffic, and a smaller quota of its own.</summary>
    server,
}
