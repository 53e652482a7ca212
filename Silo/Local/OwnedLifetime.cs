namespace OrleansSie.Silo.Local;

/// <summary>
/// Leaves the signals of the process to the host that owns the server. The default lifetime of an inner host takes SIGTERM and Ctrl+C
/// too: the silo would still be settling messages while its Pub/Sub already refuses acks, and the process would not end.
/// </summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
