namespace OrleansSie.Silo.Hosting;

/// <summary>
/// Ends the process when its stop takes longer than the host allows. Orleans writes its leave into the membership table and tries each
/// of its steps for a minute when the table is away, which no token ends; a disk may hang for ever. By then deliveries have long been
/// drained or given back, and the other silos find this one dead.
/// </summary>
internal sealed class StopDeadline : IDisposable
{
    // The drain, the host's own timeout and a moment more; the chart's termination grace period is longer.
    public static readonly TimeSpan Patience = SiloHost.ShutdownTimeout + TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly StopRequest _stop;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Action<ProcessEnd> _end;

    private StopDeadline(StopRequest stop, TimeSpan patience, TimeProvider time, Action<ProcessEnd> end)
    {
        _stop = stop;
        _patience = patience;
        _time = time;
        _end = end;
        _registration = stop.Token.Register(() => _ = EndLaterAsync());
    }

    /// <summary>Watches from now on, until it is disposed.</summary>
    public static StopDeadline Of(StopRequest stop, TimeProvider? time = null, Action<ProcessEnd>? end = null, TimeSpan? patience = null) =>
        new(stop, patience ?? Patience, time ?? TimeProvider.System, end ?? (e => e.Exit()));

    public void Dispose()
    {
        _registration.Dispose();
        _over.Cancel();
        _over.Dispose();
    }

    private async Task EndLaterAsync()
    {
        try
        {
            await Task.Delay(_patience, _time, _over.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        _end(ProcessEnd.OfLongStop(_patience, _stop.IsAsked));
    }
}
