using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>
/// The outcomes that the silos counted against what was published. Without faults the sums are exact. With faults that end no silo every
/// message has at least one outcome, or an acknowledgement whose answer was lost; it may have more, where it was delivered again.
/// With kills the last outcomes of a killed process are not known: then an empty subscription is the evidence that each message was
/// settled, and the store's audit that it was settled rightly.
/// </summary>
internal static class OutcomeVerdict
{
    private const string AckLost = "ack_failed";

    /// <param name="mix">What was published.</param>
    /// <param name="scrapes">What the silos showed.</param>
    /// <param name="deaths">How many silos have ended.</param>
    /// <param name="isDisturbed">Whether there was a fault, or a message that was published twice.</param>
    public static IEnumerable<Difference> Compare(Mix mix, Scrapes scrapes, int deaths, bool isDisturbed)
    {
        var found = scrapes.Outcomes();
        if (found.GetValueOrDefault("none") is var none and > 0)
        {
            yield return new Difference("messages with outcome none", "0", $"{none}");
        }

        if (scrapes.Sum(e => e.Value(MetricNames.StoreRollbacks)) is var rollbacks and > 0)
        {
            yield return new Difference(MetricNames.StoreRollbacks, "0", $"{rollbacks}");
        }

        if (deaths > 0)
        {
            yield break;
        }

        var unknown = scrapes.Sum(e => e.By(MetricNames.AbandonedMessages, MetricNames.ReasonLabel).GetValueOrDefault(AckLost));
        if (found.Values.Sum() + unknown < mix.Messages.Count)
        {
            yield return new Difference("messages with an outcome", $"at least {mix.Messages.Count}", $"{found.Values.Sum()} and {unknown} without an answer");
        }

        if (isDisturbed)
        {
            yield break;
        }

        foreach (var difference in Exactly(mix, found))
        {
            yield return difference;
        }
    }

    private static IEnumerable<Difference> Exactly(Mix mix, Dictionary<string, double> found)
    {
        static string Group(string outcome) => MessageClass.Effects.Contains(outcome) || outcome is MessageClass.Creation or MessageClass.Interruption
            ? string.Join('+', MessageClass.Effects)
            : outcome;

        var published = mix.Messages.GroupBy(m => Group(m.Class)).ToDictionary(g => g.Key, g => (double)g.Count());
        var settled = found.GroupBy(o => Group(o.Key)).ToDictionary(g => g.Key, g => g.Sum(o => o.Value));
        return published.Keys.Union(settled.Keys)
            .Where(k => published.GetValueOrDefault(k) != settled.GetValueOrDefault(k))
            .Select(k => new Difference($"outcome {k}", $"{published.GetValueOrDefault(k)}", $"{settled.GetValueOrDefault(k)}"));
    }
}
