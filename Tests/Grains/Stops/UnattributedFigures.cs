using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Unattributed;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>What all shards of the unattributed list hold together: what was ever given up, and what still is.</summary>
internal sealed record UnattributedFigures(long UnknownInstance, long NotGke, long Reattributed, long OpenUnknownInstance, long OpenNotGke)
{
    /// <summary>What interruptions come to, each by the stages that it went through.</summary>
    public static UnattributedFigures Of(IEnumerable<UnattributedStage[]> interruptions)
    {
        var all = interruptions.ToList();
        bool IsGivenUp(UnattributedStage[] stages) => stages.Any(s => s is UnattributedStage.unknown_instance or UnattributedStage.not_gke);
        long First(UnattributedStage cause) => all.Count(stages => stages.FirstOrDefault(s => s > UnattributedStage.waiting) == cause);
        long Last(UnattributedStage cause) => all.Count(stages => stages[^1] == cause);
        return new UnattributedFigures(
            First(UnattributedStage.unknown_instance),
            First(UnattributedStage.not_gke),
            all.Count(stages => IsGivenUp(stages) && stages[^1] == UnattributedStage.counted),
            Last(UnattributedStage.unknown_instance),
            Last(UnattributedStage.not_gke));
    }

    /// <summary>What is stored.</summary>
    public static UnattributedFigures Of(TestStorage store)
    {
        var shards = StoredShards(store).ToList();
        return new UnattributedFigures(
            shards.Sum(s => s.UnknownInstance),
            shards.Sum(s => s.NotGke),
            shards.Sum(s => s.Reattributed),
            shards.Sum(s => s.Days.Sum(d => d.UnknownInstance)),
            shards.Sum(s => s.Days.Sum(d => d.NotGke)));
    }

    /// <summary>These, and those of a number of runs besides.</summary>
    public UnattributedFigures Plus(UnattributedFigures other, int times) => new(
        UnknownInstance + (other.UnknownInstance * times),
        NotGke + (other.NotGke * times),
        Reattributed + (other.Reattributed * times),
        OpenUnknownInstance + (other.OpenUnknownInstance * times),
        OpenNotGke + (other.OpenNotGke * times));

    /// <summary>The records of all shards.</summary>
    public static IEnumerable<UnattributedState> StoredShards(TestStorage store) => store.Copy()
        .Where(r => r.Key.StartsWith("unattributed:", StringComparison.Ordinal))
        .Select(r => store.Serializer.Deserialize<UnattributedState>(r.Value.Data));
}
