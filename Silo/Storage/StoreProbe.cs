namespace OrleansSie.Silo.Storage;

/// <summary>One look at whether the store can be written now, and is the one it was: a tiny record of the silo's own, of no meaning to anybody.</summary>
/// <param name="cancel">Ends the look.</param>
/// <exception cref="Exception">It cannot; the message says why.</exception>
internal delegate Task StoreProbe(CancellationToken cancel);
