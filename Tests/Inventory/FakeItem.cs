using System.Text.Json;

namespace OrleansSie.Tests.Inventory;

/// <summary>A resource that <see cref="FakeCompute"/> lists.</summary>
/// <param name="Zone">Short name of the zone.</param>
/// <param name="Name">Unique in its zone; pages are in the order of zone and name.</param>
internal abstract record FakeItem(string Zone, string Name)
{
    /// <summary>Writes one object, with the fields that are wanted.</summary>
    public abstract void Write(Utf8JsonWriter writer, Func<string, bool> wants);

    /// <summary>Whether the request's filter lets it through.</summary>
    public virtual bool Passes(string filter) => throw new NotSupportedException($"Filter {filter}");
}
