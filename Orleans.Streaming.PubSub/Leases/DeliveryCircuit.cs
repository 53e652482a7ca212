using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Stops pulling and delivering while all messages fail, so that an outage of the consumers uses up no delivery attempts. It opens when
/// several distinct messages fail with no success between them, lets one message through after a wait, and closes on the first success. A
/// bad message counts once, however often it is delivered.
/// </summary>
internal sealed class DeliveryCircuit
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly string _subscription;
    private readonly IPubSubGate? _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _threshold;
    private readonly TimeSpan _shortest;
    private readonly TimeSpan _longest;
    private volatile bool _open;
    private volatile bool _clean = true;
    private long _trialAt;
    private TimeSpan _wait;

    public DeliveryCircuit(string subscription, PubSubStreamOptions options, IPubSubGate? gate, TimeProvider time, ILogger logger)
    {
        _subscription = subscription;
        _gate = gate;
        _time = time;
        _logger = logger;
        _threshold = options.CircuitFailureThreshold;
        _shortest = options.CircuitBreakMin;
        _longest = options.CircuitBreakMax;
    }

    public CircuitState State
    {
        get
        {
            if (_gate is { IsOpen: false })
            {
                return CircuitState.Open;
            }

            if (!_open)
            {
                return CircuitState.Closed;
            }

            return _time.GetTimestamp() < Volatile.Read(ref _trialAt) ? CircuitState.Open : CircuitState.Trial;
        }
    }

    public void Succeeded()
    {
        if (_clean)
        {
            return;
        }

        lock (_lock)
        {
            _failing.Clear();
            _clean = true;
            if (_open)
            {
                _open = false;
                _logger.CircuitClosed(_subscription);
            }
        }
    }

    public void Failed(string messageId)
    {
        lock (_lock)
        {
            _clean = false;
            if (_open)
            {
                if (_time.GetTimestamp() >= _trialAt)
                {
                    Wait(_wait * 2 < _longest ? _wait * 2 : _longest);
                }
            }
            else if (_failing.Add(messageId) && _failing.Count >= _threshold)
            {
                _open = true;
                Wait(_shortest);
                _logger.CircuitOpened(_subscription, _failing.Count);
            }
        }
    }

    private void Wait(TimeSpan wait)
    {
        _wait = wait;
        Volatile.Write(ref _trialAt, _time.GetTimestamp() + _time.ToTimestamp(wait));
    }
}

/// <summary>What the circuit lets through.</summary>
internal enum CircuitState
{
    /// <summary>Everything.</summary>
    Closed,

    /// <summary>Nothing.</summary>
    Open,

    /// <summary>One message at a time.</summary>
    Trial,
}
