namespace OrleansSie.Silo.Local;

/// <summary>
/// Makes ack ids no two deliveries share, also across restarts: an id of a process that is gone can never ack a message of this one.
/// </summary>
internal sealed class AckIds
{
    private readonly string _process = Guid.NewGuid().ToString("N");
    private long _last;

    public string Next() => $"{_process}-{Interlocked.Increment(ref _last)}";
}
