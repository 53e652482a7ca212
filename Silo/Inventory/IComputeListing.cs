using System.Text.Json;

namespace OrleansSie.Silo.Inventory;

/// <summary>Takes what an aggregated list holds while it is read. After an error it may be given the same items again.</summary>
internal interface IComputeListing
{
    /// <summary>One item; the reader is on its beginning and must be left on its end.</summary>
    /// <param name="zone">The short name of the zone that holds it, such as <c>europe-west1-c</c>.</param>
    /// <param name="item">Valid during the call only.</param>
    /// <returns>False if the item was not understood: its zone then does not count as wholly listed.</returns>
    bool Take(string zone, ref Utf8JsonReader item);

    /// <summary>A page was read to its end; the next one is asked for when this returns.</summary>
    Task PageReadAsync(CancellationToken cancellation);

    /// <summary>A request failed and is made again, or the listing begins again.</summary>
    void Retrying(ComputeException fault);
}
