using OrleansSie.Bench.Chaos.Mixing;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>The register against the instances' records: nobody waits unseen, nothing is given up twice or in one of the two only.</summary>
internal static class RegisterVerdict
{
    private const int MostNamed = 5;

    public static IEnumerable<Difference> Compare(RegisterFigures register)
    {
        if (!register.Waiting.SetEquals(register.WaitingByInstances))
        {
            yield return new Difference(
                "interruptions that wait in the register",
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
            yield return new Difference("interruptions given up that the register was not told of", "none", Some(register.Untold));
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
