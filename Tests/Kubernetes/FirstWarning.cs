using Microsoft.Extensions.Logging;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>Tells when the first warning is logged.</summary>
internal sealed class FirstWarning(TaskCompletionSource seen) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning)
        {
            seen.TrySetResult();
        }
    }
}
