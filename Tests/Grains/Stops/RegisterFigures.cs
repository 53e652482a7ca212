using OrleansSie.Grains.Attribution;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>What all shards of the register hold together: what was ever given up, and what still is.</summary>
internal sealed record RegisterFigures(long UnknownInstance, long NotGke, long Reattributed, long OpenUnknownInstance, long OpenNotGke)
{
    /// <summary>What the settlements of one interruption come to.</summary>
    public static RegisterFigures Of(IEnumerable<string> steps)
    {
        var all = steps.ToList();
        long unknown = all.Count(s => s == ">unknown_instance");
        long notGke = all.Count(s => s == ">not_gke");
        long reattributed = all.Count(s => s == "unknown_instance>");
        return new RegisterFigures(unknown, notGke, reattributed, unknown - reattributed, notGke);
    }

    /// <summary>What is stored.</summary>
    public static RegisterFigures Of(TestStorage store)
    {
        var shards = StoredShards(store).ToList();
        return new RegisterFigures(
            shards.Sum(s => s.UnknownInstance),
            shards.Sum(s => s.NotGke),
            shards.Sum(s => s.Reattributed),
            shards.Sum(s => s.Days.Sum(d => d.UnknownInstance)),
            shards.Sum(s => s.Days.Sum(d => d.NotGke)));
    }

    /// <summary>These, and those of a number of runs besides.</summary>
    public RegisterFigures Plus(RegisterFigures other, int times) => new(
        UnknownInstance + (other.UnknownInstance * times),
        NotGke + (other.NotGke * times),
        Reattributed + (other.Reattributed * times),
        OpenUnknownInstance + (other.OpenUnknownInstance * times),
        OpenNotGke + (other.OpenNotGke * times));

    /// <summary>The records of all shards.</summary>
    public static IEnumerable<ParkedState> StoredShards(TestStorage store) => store.Copy()
        .Where(r => r.Key.StartsWith("parked:", StringComparison.Ordinal))
        .Select(r => store.Serializer.Deserialize<ParkedState>(r.Value.Data));
}
