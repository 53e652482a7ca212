using System.Collections;
using System.Globalization;

namespace OrleansSie.Silo.Logging;

/// <summary>A record of the log as it is written: visible text on one line and, for JSON, its named values.</summary>
internal sealed class LogLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>The longest message of a line at warn and above.</summary>
    public const int MaxLength = 300;

    // Leaves room for the number of lines that were left out.
    private const int MaxOwnLength = MaxLength - 40;
    private const int ShortestValue = 20;
    private const int ShortException = 120;
    private const string Cut = "...";

    private readonly string _text;
    private readonly IReadOnlyList<KeyValuePair<string, object?>> _values;

    private LogLine(string text, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        _text = text;
        _values = values;
    }

    public int Count => _values.Count;

    public KeyValuePair<string, object?> this[int index] => KeyValuePair.Create(_values[index].Key, Visible(_values[index].Value));

    /// <summary>The message with the chain of exceptions and their stacks.</summary>
    public static LogLine Whole(string message, IReadOnlyList<KeyValuePair<string, object?>> values, Exception? exception) =>
        new(OneLine.Of(exception is null ? message : $"{message} {exception}"), values);

    /// <summary>
    /// The message and the cause of the exception. If that is too long, the longest values are cut: the subject of the message and its
    /// advice stay.
    /// </summary>
    public static LogLine Short(string message, IReadOnlyList<KeyValuePair<string, object?>> values, Exception? exception)
    {
        var cause = exception is null ? null : CauseOf(exception, message);
        var text = OneLine.Of(cause is null ? message : $"{message} {cause}");
        if (text.Length > MaxOwnLength)
        {
            var parts = values.Where(v => !LineKind.IsSubject(v.Key)).Select(v => v.Value).OfType<string>().Append(cause ?? "");
            text = Clip(parts.Select(OneLine.Of).OrderByDescending(p => p.Length).Aggregate(text, Shorten), MaxOwnLength);
        }

        return new(text, values);
    }

    /// <summary>This line, standing for all that were left out.</summary>
    /// <param name="count">How many there were.</param>
    /// <param name="since">Since when.</param>
    public LogLine For(int count, DateTimeOffset since) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_text} ({count} such lines since {since.UtcDateTime:HH:mm:ss}Z)"), _values);

    public override string ToString() => _text;

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Type and message of the innermost exception that says something. An outer one is preferred if it holds the inner one's words and is
    /// still short, as "Connection refused (host:port)" is. Null if the message of the line holds it already.
    /// </summary>
    private static string? CauseOf(Exception exception, string message)
    {
        var cause = exception.InnerException is { } inner ? Innermost(exception, inner) : exception;
        return message.Contains(cause.Message, StringComparison.Ordinal) ? null : $"{cause.GetType().Name}: {cause.Message}";
    }

    private static Exception Innermost(Exception outer, Exception inner)
    {
        var cause = inner.InnerException is { } next ? Innermost(inner, next) : inner;
        var tellsMore = outer is not AggregateException && outer.Message.Length <= ShortException
            && outer.Message.Contains(cause.Message, StringComparison.Ordinal);
        return cause is OperationCanceledException || (cause == inner && tellsMore) ? outer : cause;
    }

    private static string Shorten(string text, string part)
    {
        var kept = part.Length - (text.Length - MaxOwnLength);
        return text.Length <= MaxOwnLength || part.Length <= ShortestValue ? text : text.Replace(part, Clip(part, Math.Max(kept, ShortestValue)), StringComparison.Ordinal);
    }

    private static string Clip(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = length - Cut.Length;
        return $"{text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)}{Cut}";
    }

    private static object? Visible(object? value) => value switch
    {
        null or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => value,
        _ => Clip(OneLine.Of(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""), MaxLength),
    };
}
