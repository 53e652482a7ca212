namespace OrleansSie.Silo.Configuration;

/// <summary>How names and values are repeated to an operator without giving away a secret that stands in the wrong place.</summary>
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
