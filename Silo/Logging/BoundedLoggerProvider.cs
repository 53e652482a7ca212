namespace OrleansSie.Silo.Logging;

/// <summary>
/// Bounds the log of this program and its libraries. At warn and above a record is one line with a message of at most
/// <see cref="LogLine.MaxLength"/> characters, and is repeated at most once a minute, see <see cref="RepeatedLines"/>. No line of any
/// level holds an invisible character. At debug nothing is lost: a debug line holds all of what was cut or left out.
/// </summary>
internal sealed class BoundedLoggerProvider : ILoggerProvider
{
    private readonly ILoggerProvider _target;
    private readonly bool _isDebug;
    private readonly RepeatedLines _repeated;

    /// <param name="target">Writes the lines. It is not disposed here.</param>
    /// <param name="isDebug">Whether a line that was cut or left out is written completely as a debug line.</param>
    /// <param name="time">The clock.</param>
    public BoundedLoggerProvider(ILoggerProvider target, bool isDebug, TimeProvider time)
    {
        _target = target;
        _isDebug = isDebug;
        _repeated = new RepeatedLines(time);
    }

    public ILogger CreateLogger(string categoryName) => new Bounded(categoryName, _target.CreateLogger(categoryName), _repeated, _isDebug);

    /// <summary>Writes how many lines were left out until now.</summary>
    public void Dispose() => _repeated.Dispose();

    private sealed class Bounded(string category, ILogger target, RepeatedLines repeated, bool isDebug) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => target.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception);
            var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            if (logLevel < LogLevel.Warning)
            {
                Write(logLevel, LogLine.Whole(message, values, exception));
                return;
            }

            var line = LogLine.Short(message, values, exception);
            var isWritten = repeated.Admit(
                LineKind.Of(category, logLevel, eventId, values), hasException: exception is not null, line, l => Write(logLevel, l));
            if (isDebug && (!isWritten || exception is not null || line.ToString() != message))
            {
                Write(LogLevel.Debug, LogLine.Whole(message, values, exception));
            }

            void Write(LogLevel level, LogLine line) => target.Log(level, eventId, line, null, static (l, _) => l.ToString());
        }
    }
}
