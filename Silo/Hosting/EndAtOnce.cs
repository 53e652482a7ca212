namespace OrleansSie.Silo.Hosting;

/// <summary>
/// Ends the process in the moment Orleans says that it must not go on, as when the others have declared this silo dead: in one line and
/// without a crash dump. Nothing is settled any more; what was in flight is delivered again elsewhere.
/// </summary>
internal sealed class EndAtOnce : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        // Not by the log: its lines are written by a thread that does not come to its turn any more.
        Console.Error.WriteLine($"The silo ends at once and must be started again: {context} {exception?.Message}".ReplaceLineEndings(" "));
        Environment.Exit(ProcessEnd.Temporary);
    }
}
