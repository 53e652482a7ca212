namespace OrleansSie.Silo.Storage;

/// <summary>What two clocks showed at one moment.</summary>
/// <param name="Store">The store's own.</param>
/// <param name="Wall">The machine's wall clock.</param>
internal readonly record struct StoreMark(DateTimeOffset Store, DateTimeOffset Wall);
