using OrleansSie.Grains.Attribution;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>What all shards of the register hold together: what was ever given up, and what still is.</summary>
internal sealed record RegisterFigures(long UnknownInstance, long NotGke, long Reattributed, long OpenUnknownInstance, long OpenNotGke)
{
    /// <summary>What interruptions come to, each by the stages that it went through.</summary>
    public static RegisterFigures Of(IEnumerable<ParkedStage[]> interruptions)
    {
        var all = interruptions.ToList();
        bool IsGivenUp(ParkedStage[] stages) => stages.Any(s => s is ParkedStage.unknown_instance or ParkedStage.not_gke);
        long First(ParkedStage cause) => all.Count(stages => stages.FirstOrDefault(s => s > ParkedStage.waits) == cause);
        long Last(ParkedStage cause) => all.Count(stages => stages[^1] == cause);
        return new RegisterFigures(
            First(ParkedStage.unknown_instance),
            First(ParkedStage.not_gke),
            all.Count(stages => IsGivenUp(stages) && stages[^1] == ParkedStage.counted),
            Last(ParkedStage.unknown_instance),
            Last(ParkedStage.not_gke));
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
