namespace Orleans.Clustering.Kubernetes;

/// <summary>The state of a process's membership table, for health checks and metrics. Safe to read from any thread.</summary>
public sealed class KubernetesMembershipStatus
{
    private volatile KubernetesMembershipException? _tableFailure;
    private volatile KubernetesMembershipException? _heartbeatFailure;
    private long _failures;
    private long _bytes;
    private int _rows;

    /// <summary>Rows of silos, including dead silos, when the table was last read.</summary>
    public int Rows => Volatile.Read(ref _rows);

    /// <summary>Bytes of all values of the table's ConfigMap when it was last read. The limit is 1,048,576.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Operations that failed since the process started.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Why the last operation on the table, or the last heartbeat, failed; null while both work.</summary>
    public KubernetesMembershipException? Failure => _tableFailure ?? _heartbeatFailure;

    internal void Read(int rows, long bytes)
    {
        Volatile.Write(ref _rows, rows);
        Interlocked.Exchange(ref _bytes, bytes);
    }

    internal void TableWorked() => _tableFailure = null;

    internal void HeartbeatWorked() => _heartbeatFailure = null;

    internal void TableFailed(KubernetesMembershipException failure)
    {
        Interlocked.Increment(ref _failures);
        _tableFailure = failure;
    }

    internal void HeartbeatFailed(KubernetesMembershipException failure)
    {
        Interlocked.Increment(ref _failures);
        _heartbeatFailure = failure;
    }
}
