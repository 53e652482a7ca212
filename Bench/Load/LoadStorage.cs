namespace OrleansSie.Bench.Load;

/// <summary>Where silos under load keep state: the values of <c>storage.provider</c>.</summary>
internal enum LoadStorage
{
    memory,
    embedded,
    redis,
}
