using OrleansSie.Bench.Chaos.Mixing;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>The store against the model: totals by cluster and labels, the index, and how every single interruption stands.</summary>
internal static class StoreVerdict
{
    private static readonly InterruptionStatuses _nothing = new();

    public static IEnumerable<Difference> Compare(Figures expected, Figures found) =>
        [
            .. Clusters(expected, found), .. Index(expected, found), .. Rows(expected, found), .. Ages(expected, found), .. Instances(expected, found),
            .. UnattributedVerdict.Compare(found.Register),
            .. found.LostSegments.Select(name => new Difference($"segment {name}", "stored", "not stored")),
        ];

    private static IEnumerable<Difference> Clusters(Figures expected, Figures found)
    {
        foreach (var cluster in expected.Totals.Keys.Union(found.Totals.Keys))
        {
            var model = expected.Totals.GetValueOrDefault(cluster) ?? [];
            var store = found.Totals.GetValueOrDefault(cluster) ?? [];
            if (model.Values.Sum() != store.Values.Sum())
            {
                yield return new Difference($"cluster {cluster}", $"{model.Values.Sum()}", $"{store.Values.Sum()}");
            }

        }
    }

    private static IEnumerable<Difference> Rows(Figures expected, Figures found)
    {
        foreach (var cluster in expected.Totals.Keys.Union(found.Totals.Keys))
        {
            var model = expected.Totals.GetValueOrDefault(cluster) ?? [];
            var store = found.Totals.GetValueOrDefault(cluster) ?? [];
            foreach (var labels in model.Keys.Union(store.Keys).Where(l => model.GetValueOrDefault(l) != store.GetValueOrDefault(l)))
            {
                yield return new Difference($"cluster {cluster}, {labels}", $"{model.GetValueOrDefault(labels)}", $"{store.GetValueOrDefault(labels)}");
            }
        }
    }

    private static IEnumerable<Difference> Ages(Figures expected, Figures found)
    {
        foreach (var cluster in expected.Ages.Keys.Union(found.Ages.Keys))
        {
            var model = expected.Ages.GetValueOrDefault(cluster) ?? [];
            var store = found.Ages.GetValueOrDefault(cluster) ?? [];
            foreach (var labels in model.Keys.Union(store.Keys))
            {
                var (wanted, there) = ($"{model.GetValueOrDefault(labels)}", $"{store.GetValueOrDefault(labels)}");
                if (wanted != there)
                {
                    yield return new Difference($"cluster {cluster}, {labels}, ages", wanted, there);
                }
            }
        }
    }

    private static IEnumerable<Difference> Index(Figures expected, Figures found)
    {
        if (!expected.Index.SetEquals(found.Index))
        {
            yield return new Difference("clusters in the index", string.Join(' ', expected.Index), string.Join(' ', found.Index));
        }
    }

    private static IEnumerable<Difference> Instances(Figures expected, Figures found)
    {
        foreach (var instance in expected.Instances.Keys.Union(found.Instances.Keys))
        {
            var model = expected.Instances.GetValueOrDefault(instance) ?? _nothing;
            var store = found.Instances.GetValueOrDefault(instance) ?? _nothing;
            foreach (var (standing, wanted, there) in ((string, List<string>, List<string>)[])
                [
                    ("counted", model.Counted, store.Counted), ("waiting", model.Waiting, store.Waiting),
                    ("not_gke", model.NotGke, store.NotGke), ("being counted", model.Counting, store.Counting),
                ])
            {
                if (!AreEqual(wanted, there, model.OnlyNumbers))
                {
                    yield return new Difference($"{instance}, {standing}", Show(wanted), Show(there));
                }
            }
        }
    }

    private static bool AreEqual(List<string> expected, List<string> found, bool onlyNumbers) =>
        expected.Count == found.Count && (onlyNumbers || expected.ToHashSet(StringComparer.Ordinal).SetEquals(found));

    private static string Show(List<string> ids) => ids.Count == 0 ? "none" : $"{ids.Count} ({string.Join(' ', ids)})";
}

/// <summary>The unattributed list against the instances' records: nobody waits unseen, nothing is given up twice or in one of the two only.</summary>
internal static class UnattributedVerdict
{
    private const int MostNamed = 5;

    public static IEnumerable<Difference> Compare(UnattributedFigures register)
    {
        if (!register.Waiting.SetEquals(register.WaitingByInstances))
        {
            yield return new Difference(
                "interruptions that wait in the unattributed list",
                $"{register.WaitingByInstances.Count}, by the instances",
                $"{register.Waiting.Count}; only there: {Some(register.Waiting.Except(register.WaitingByInstances))}; "
                    + $"missing: {Some(register.WaitingByInstances.Except(register.Waiting))}");
        }

        foreach (var cause in register.Open.Keys.Union(register.OpenByInstances.Keys))
        {
            var (there, wanted) = (register.Open.GetValueOrDefault(cause), register.OpenByInstances.GetValueOrDefault(cause));
            if (there != wanted)
            {
                yield return new Difference($"interruptions given up as {cause}", $"{wanted}, by the instances", $"{there}");
            }
        }

        if (register.Untold.Count > 0)
        {
            yield return new Difference("interruptions given up that the unattributed list was not told of", "none", Some(register.Untold));
        }

        if (register.Balance != register.Open.Values.Sum())
        {
            yield return new Difference("ever given up, less counted after all", $"{register.Open.Values.Sum()}, those still open", $"{register.Balance}");
        }
    }

    private static string Some(IEnumerable<string> ids)
    {
        var all = ids.ToList();
        return all.Count == 0 ? "none" : $"{all.Count} ({string.Join(' ', all.Take(MostNamed))}{(all.Count > MostNamed ? " ..." : "")})";
    }
}

/// <summary>Something that is not as it must be.</summary>
/// <param name="What">The figure, and of what.</param>
/// <param name="Expected">By the model.</param>
/// <param name="Found">In the store, at /metrics or in Pub/Sub.</param>
internal sealed record Difference(string What, string Expected, string Found)
{
    public override string ToString() => $"{What}: expected {Expected}, found {Found}";
}
