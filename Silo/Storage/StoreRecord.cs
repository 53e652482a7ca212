namespace OrleansSie.Silo.Storage;

/// <summary>One stored state: the serialized bytes, and the tag that the next write must name.</summary>
internal sealed record StoreRecord(string Etag, byte[] Data);
