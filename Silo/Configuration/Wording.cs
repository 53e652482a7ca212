namespace OrleansSie.Silo.Configuration;

/// <summary>How names and values are repeated to an operator without showing a secret that stands in the wrong place.</summary>
internal static class Wording
{
    private const int LongestShown = 200;

    /// <summary>The value in quotes; not shown if it could be part of a connection string, or is long or not printable.</summary>
    public static string Value(string text) =>
        text.Length > LongestShown || text.AsSpan().IndexOfAny("=@") >= 0 || text.Any(char.IsControl)
            ? "a value that is not shown here"
            : $"'{text}'";

    /// <summary>The name in quotes; not shown unless it looks like a name.</summary>
    public static string Name(string text) =>
        text.Length is > 0 and <= LongestShown && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '<')
            ? $"'{text}'"
            : "that is not shown here";
}

/// <summary>Guesses which name was meant by one that does not exist.</summary>
internal static class NearMiss
{
    /// <summary>
    /// The candidate that differs in at most a quarter of its characters, else the only one that ends in the same last part, else null.
    /// Case, and '-' for '_', do not count as a difference.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        var plain = Plain(name);
        var all = candidates.ToList();
        var nearest = all.MinBy(candidate => Distance(plain, candidate));
        if (nearest is not null && Distance(plain, nearest) <= Math.Max(1, nearest.Length / 4))
        {
            return nearest;
        }

        var lastPart = plain[(plain.LastIndexOf('.') + 1)..];
        var sameLastPart = all.Where(candidate => candidate[(candidate.LastIndexOf('.') + 1)..] == lastPart).Take(2).ToList();
        return sameLastPart.Count == 1 ? sameLastPart[0] : null;
    }

    private static string Plain(string name) => name.ToLowerInvariant().Replace('-', '_');

    /// <summary>Levenshtein's distance: how many characters must be inserted, deleted or replaced.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
