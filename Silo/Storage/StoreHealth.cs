using System.Threading.Channels;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains;
using OrleansSie.Silo.Logging;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Whether the store can be written now, and is still the same one. While it is not, nothing is pulled, so that no delivery attempt is spent.
/// It looks every few seconds, and at once when an operation fails. One bad record does not close the gate, since the look that follows
/// succeeds.
/// </summary>
internal sealed class StoreHealth : BackgroundService, IPubSubGate
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _whileUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _whileDown = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _suspicions = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly StoreProbe _probe;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreHealth> _logger;
    private readonly GrainMetrics? _metrics;
    private readonly Lock _lock = new();
    private Task _writing = Task.CompletedTask;
    private volatile string? _fault = "it has not answered yet";
    private volatile string? _lost;
    private volatile bool _hasAnswered;

    public StoreHealth(StoreClient store, TimeProvider time, ILogger<StoreHealth> logger, GrainMetrics? metrics = null)
        : this(store.Probe, store.ToString(), time, logger, metrics)
    {
    }

    public StoreHealth(StoreProbe probe, string name, TimeProvider time, ILogger<StoreHealth> logger, GrainMetrics? metrics = null)
    {
        _metrics = metrics;
        _probe = probe;
        _name = name;
        _time = time;
        _logger = logger;
    }

    public bool IsOpen => _fault is null;

    /// <summary>Why the store cannot be used, as a sentence for the operator; null while it can.</summary>
    public string? Fault => _lost ?? (_fault is { } fault ? $"{_name} cannot be written: {fault}" : null);

    /// <summary>Why the store must not be used, even if it answers: it is another one, or damaged. A sentence; null while it is sound.</summary>
    public string? Lost => _lost;

    /// <summary>Makes it look at once, after an operation has failed.</summary>
    public void Suspect() => _suspicions.Writer.TryWrite(true);

    /// <summary>Looks now, for three seconds at most.</summary>
    /// <returns>Whether the store can be written.</returns>
    public async Task<bool> LookAsync(CancellationToken cancel)
    {
        try
        {
            await ProbeAsync(cancel).WaitAsync(_limit, _time, cancel);
            Succeeded();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Any exception means that the store did not take the record.
            Failed(e, e is TimeoutException ? $"no answer within {_limit.TotalSeconds} s" : OneLine.Of(e.Message), e is StoreLostException);
        }

        return IsOpen;
    }

    /// <summary>
    /// Whether what was read before this call is of the store itself: figures of one that was emptied or replaced must not be used. It looks
    /// twice, as the first look may have begun before the figures were read.
    /// </summary>
    public async Task<bool> IsItselfAsync() => await LookAsync(CancellationToken.None) && await LookAsync(CancellationToken.None);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var suspicion = IsOpen ? _suspicions.Reader.WaitToReadAsync(pause.Token).AsTask() : Task.Delay(Timeout.InfiniteTimeSpan, _time, pause.Token);
            await Task.WhenAny(suspicion, Task.Delay(IsOpen ? _whileUp : _whileDown, _time, pause.Token));
            await pause.CancelAsync();
            _suspicions.Reader.TryRead(out _);
        }
    }

    /// <summary>A write that hangs is waited for again: a second one would hang too, with another thread.</summary>
    private Task ProbeAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            return _writing.IsCompleted ? _writing = Task.Run(() => _probe(cancel), cancel) : _writing;
        }
    }

    private void Succeeded()
    {
        _hasAnswered = true;
        if (_fault is not null)
        {
            _fault = null;
            _lost = null;
            StorageLog.StoreAvailable(_logger, _name);
        }
    }

    /// <summary>
    /// Logs each failure; the log writes it once a minute. A store that was found lost stays lost until it is found sound: a server that was
    /// emptied may also be away for a while.
    /// </summary>
    private void Failed(Exception exception, string reason, bool isLost)
    {
        _fault = reason;
        if (!isLost)
        {
            // Before the first answer, the code that waits for the store logs it.
            if (_hasAnswered)
            {
                StorageLog.StoreUnavailable(_logger, exception, _name, reason.TrimEnd('.'));
            }

            return;
        }

        if (_lost is null)
        {
            _lost = reason;
            if (exception is not StoreLostException { IsNewer: true })
            {
                _metrics?.RolledBack();
            }

            StorageLog.StoreLost(_logger, reason);
        }
    }
}
