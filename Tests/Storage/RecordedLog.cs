using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OrleansSie.Tests.Storage;

/// <summary>Keeps every message, and hands out the events by name: a barrier for what happens in the background.</summary>
internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly List<(LogLevel Level, string Text)> _messages = [];

    public IReadOnlyList<(LogLevel Level, string Text)> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>Returns when an event of this name is logged after the last one that was awaited.</summary>
    public async Task WaitForAsync(string eventName, CancellationToken ct)
    {
        while (await _events.Reader.ReadAsync(ct) != eventName)
        {
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_messages)
        {
            _messages.Add((logLevel, formatter(state, exception) + exception));
        }

        _events.Writer.TryWrite(eventId.Name ?? string.Empty);
    }

    public void Dispose()
    {
    }
}
