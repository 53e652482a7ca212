namespace OrleansSie.Silo.Hosting;

/// <summary>
/// Leaves the signals of the process to <see cref="StopRequest"/>. The default lifetime of a host takes them too: the local Pub/Sub would
/// refuse acks while the silo still settles messages, and a second signal would change nothing.
/// </summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
