using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>
/// A filter in the part of Cloud Logging's query language that ours use: one comparison a line, all of which must hold.
/// <c>field="text"</c> (case does not matter), <c>field=~"RE2"</c> (it does), <c>log_id("text")</c>. Anything else is refused.
/// </summary>
internal sealed partial class SinkFilter
{
    private readonly List<Func<JsonObject, bool>> _clauses;

    /// <exception cref="ArgumentException">The text is not in this part of the language.</exception>
    public SinkFilter(string text)
    {
        Clauses = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _clauses = [.. Clauses.Select(Read)];
    }

    /// <summary>The lines.</summary>
    public IReadOnlyList<string> Clauses { get; }

    /// <summary>Whether a sink with this filter forwards an entry.</summary>
    public bool Matches(JsonObject entry) => _clauses.TrueForAll(clause => clause(entry));

    private static Func<JsonObject, bool> Read(string clause)
    {
        if (LogIdPattern().Match(clause) is { Success: true } logId)
        {
            var log = logId.Groups["text"].Value;
            return entry => Text(entry, "logName") is { } name && Uri.UnescapeDataString(name[(name.LastIndexOf('/') + 1)..]) == log;
        }

        var comparison = ComparisonPattern().Match(clause);
        if (!comparison.Success)
        {
            throw new ArgumentException($"'{clause}' is not understood.", nameof(clause));
        }

        var (field, text) = (comparison.Groups["field"].Value, comparison.Groups["text"].Value);
        if (comparison.Groups["operator"].Value == "=")
        {
            return entry => string.Equals(Text(entry, field), text, StringComparison.OrdinalIgnoreCase);
        }

        // In RE2 the last $ is the end of the text, also where a line break stands before it.
        var pattern = new Regex(text[..^1] + (text[^1] == '$' ? @"\z" : text[^1]), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return entry => Text(entry, field) is { } value && pattern.IsMatch(value);
    }

    private static string? Text(JsonObject entry, string field)
    {
        JsonNode? node = entry;
        foreach (var part in field.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }

    [GeneratedRegex("^log_id[(]\"(?<text>[^\"\\\\]+)\"[)]\\z")]
    private static partial Regex LogIdPattern();

    [GeneratedRegex("^(?<field>[A-Za-z]+([.][A-Za-z]+)*)(?<operator>=~?)\"(?<text>[^\"\\\\]+)\"\\z")]
    private static partial Regex ComparisonPattern();
}
