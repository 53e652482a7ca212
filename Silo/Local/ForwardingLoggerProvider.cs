namespace OrleansSie.Silo.Local;

/// <summary>Lets the inner web application log through the host's own logging, behind a filter of its own.</summary>
internal sealed class ForwardingLoggerProvider(ILoggerFactory target) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => target.CreateLogger(categoryName);

    /// <summary>The factory belongs to the host and stays.</summary>
    public void Dispose()
    {
    }
}
