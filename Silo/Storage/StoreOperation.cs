namespace OrleansSie.Silo.Storage;

/// <summary>What a grain asked of the store. The names are label values.</summary>
internal enum StoreOperation
{
    read,
    write,
    clear,
}
