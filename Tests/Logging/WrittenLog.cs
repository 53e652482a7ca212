using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Logging;

namespace OrleansSie.Tests.Logging;

/// <summary>What the program would have written to its standard output, by its own formatter of text or JSON.</summary>
internal sealed class WrittenLog : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly StringWriter _text = new();
    private readonly ServiceProvider _services;
    private readonly ConsoleFormatter _formatter;

    public WrittenLog(LogFormat format = LogFormat.text)
    {
        var options = new SieOptions { LogFormat = format };
        _services = new ServiceCollection().AddLogging(logging => logging.AddSiloLogging(options)).BuildServiceProvider();
        var name = format == LogFormat.json ? CloudLogFormatter.FormatterName : ConsoleFormatterNames.Simple;
        _formatter = _services.GetServices<ConsoleFormatter>().Single(f => f.Name == name);
    }

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
        _services.Dispose();
        _text.Dispose();
    }

    private sealed class Writer(WrittenLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (log._lock)
            {
                log._formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), null, log._text);
            }
        }
    }
}
