namespace OrleansSie.Silo.Hosting;

/// <summary>
/// Ends the process in the moment Orleans says that it must not go on, as when the others have declared this silo dead: in one line and
/// without a crash dump. Nothing is settled any more; what was in flight is delivered again elsewhere.
/// </summary>
internal sealed class EndAtOnce(StopRequest stop) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception) =>
        ProcessEnd.OfFatal($"{context} {exception?.Message}", stop.IsAsked).Exit();
}
