namespace OrleansSie.Silo.Logging;

/// <summary>What an exception comes down to, in one sentence.</summary>
internal static class Cause
{
    private const int ShortMessage = 120;

    /// <summary>
    /// Type and message of the innermost exception that says something: an outer one is preferred where it holds the inner one's words
    /// and is still short, as "Connection refused (host:port)" is. Null where the message tells it already.
    /// </summary>
    public static string? Of(Exception exception, string message)
    {
        if (exception.InnerException is { } inner)
        {
            var cause = Innermost(exception, inner);
            return message.Contains(cause.Message, StringComparison.Ordinal) ? null : Text(cause);
        }

        return message.Contains(exception.Message, StringComparison.Ordinal) ? null : Text(exception);
    }

    private static Exception Innermost(Exception outer, Exception inner)
    {
        var cause = inner.InnerException is { } next ? Innermost(inner, next) : inner;
        var tellsMore = outer is not AggregateException && outer.Message.Length <= ShortMessage
            && outer.Message.Contains(cause.Message, StringComparison.Ordinal);
        return cause is OperationCanceledException || (cause == inner && tellsMore) ? outer : cause;
    }

    private static string Text(Exception cause) => $"{cause.GetType().Name}: {cause.Message}";
}
