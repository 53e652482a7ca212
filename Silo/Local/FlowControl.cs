namespace OrleansSie.Silo.Local;

/// <summary>
/// What one stream may hold and holds: messages sent on it whose leases run. A message that was acked or nacked, by whatever call, or
/// whose lease ended, counts no more. Apart from the deadline it is used under its subscription's lock.
/// </summary>
internal sealed class FlowControl
{
    private readonly long _maxMessages;
    private readonly long _maxBytes;
    private long _messages;
    private long _bytes;
    private volatile int _ackDeadlineSeconds;

    /// <param name="maxMessages">No more is sent while so many are held; 0 and less is without limit.</param>
    /// <param name="maxBytes">The same for their size on the wire; the message that reaches it is still sent.</param>
    public FlowControl(long maxMessages, long maxBytes)
    {
        _maxMessages = maxMessages > 0 ? maxMessages : long.MaxValue;
        _maxBytes = maxBytes > 0 ? maxBytes : long.MaxValue;
    }

    /// <summary>How long messages sent from now on are leased, in whole seconds.</summary>
    public TimeSpan AckDeadline
    {
        get => TimeSpan.FromSeconds(_ackDeadlineSeconds);
        set => _ackDeadlineSeconds = (int)value.TotalSeconds;
    }

    public bool HasRoom => _messages < _maxMessages && _bytes < _maxBytes;

    public void Take(int bytes)
    {
        _messages++;
        _bytes += bytes;
    }

    public void Release(int bytes)
    {
        _messages--;
        _bytes -= bytes;
    }
}
