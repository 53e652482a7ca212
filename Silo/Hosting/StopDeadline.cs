namespace OrleansSie.Silo.Hosting;

/// <summary>
/// Ends the process when its stop takes longer than the host allows. Orleans writes its leave into the membership table and tries each
/// of its steps for a minute when the table is away, which no token ends: the pod would be killed in the middle of that. By then
/// deliveries have long been drained or given back, and the other silos find this one dead.
/// </summary>
internal sealed class StopDeadline : IDisposable
{
    // The drain, the host's own timeout and a moment more; the chart's termination grace period is longer.
    public static readonly TimeSpan Patience = SiloHost.ShutdownTimeout + TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly TimeProvider _time;

    private StopDeadline(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _time = time;
        _registration = lifetime.ApplicationStopping.Register(() => _ = EndLaterAsync());
    }

    /// <summary>Watches from now on, until it is disposed.</summary>
    public static StopDeadline Of(WebApplication app) => new(app.Lifetime, app.Services.GetRequiredService<TimeProvider>());

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
            await Task.Delay(Patience, _time, _over.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        // Not by the log, whose writer may be what hangs.
        await Console.Error.WriteLineAsync(
            $"The silo ends after {Patience.TotalSeconds} s of stopping, without having taken leave: what it needs for that, as the membership table, does not answer.");
        Environment.Exit(ProcessEnd.Temporary);
    }
}
