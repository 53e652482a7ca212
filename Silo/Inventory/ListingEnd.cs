namespace OrleansSie.Silo.Inventory;

/// <summary>How a listing ended: it decides when the next one is due.</summary>
internal enum ListingEnd
{
    /// <summary>Read to its end.</summary>
    Complete,

    /// <summary>Broken off by something that may pass.</summary>
    Broken,

    /// <summary>Refused, until an operator does something.</summary>
    Refused,
}
