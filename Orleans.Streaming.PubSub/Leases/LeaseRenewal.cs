using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Renews the leases in delivery. The first renewal comes within seconds of the pull, because the subscription's own ack deadline is not
/// known and may be 10 s. Most messages are settled before it. Renewals and nacks are never in flight together, so a renewal never undoes a
/// nack.
/// </summary>
internal sealed class LeaseRenewal : IDisposable
{
    /// <summary>The age at which a lease is due for its first renewal.</summary>
    public static readonly TimeSpan FirstRenewal = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _deadlines = new(1);
    private readonly List<PubSubMessage> _due = [];
    private readonly List<PubSubMessage> _tooOld = [];
    private readonly string _subscription;
    private readonly PubSubApi _api;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LeaseManager _leases;
    private readonly int _seconds;
    private readonly long _lease;
    private readonly long _maxAge;

    public LeaseRenewal(
        string subscription, PubSubApi api, PubSubStreamOptions options, TimeProvider time, ILogger logger, LeaseManager leases)
    {
        _subscription = subscription;
        _api = api;
        _time = time;
        _logger = logger;
        _leases = leases;
        _seconds = (int)Math.Ceiling(options.LeaseDuration.TotalSeconds);
        _lease = time.ToTimestamp(options.LeaseDuration);
        _maxAge = time.ToTimestamp(options.MaxLeaseAge);
    }

    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Dispose();
        _deadlines.Dispose();
    }

    public async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await SweepAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped: all leases have been given back.
        }
    }

    /// <summary>Nacks, once a running renewal has ended.</summary>
    public async Task NackAsync(IReadOnlyList<string> ackIds, CancellationToken cancellation)
    {
        await _deadlines.WaitAsync(cancellation);
        try
        {
            await _api.ModifyAckDeadlineAsync(_subscription, ackIds, 0, cancellation);
        }
        finally
        {
            _deadlines.Release();
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        await _deadlines.WaitAsync(cancellation);
        try
        {
            _due.Clear();
            _tooOld.Clear();
            var now = _time.GetTimestamp();
            _leases.Collect(now, now - _maxAge, _due, _tooOld);
            await Task.WhenAll(AckIdChunks.Of(_due).Select(chunk => RenewAsync(chunk, now, cancellation)));
        }
        finally
        {
            _deadlines.Release();
            GiveUp(_tooOld);
        }
    }

    /// <summary>They are no longer held, so they are reported even when the renewals of the others were cancelled.</summary>
    private void GiveUp(List<PubSubMessage> tooOld)
    {
        if (tooOld.Count > 0)
        {
            _logger.LeasesGivenUp(tooOld.Count, _subscription, tooOld[0].MessageId);
            _leases.Expired(tooOld);
        }
    }

    /// <summary>A chunk that fails stays due and is tried again in the next sweep.</summary>
    private async Task RenewAsync(ArraySegment<PubSubMessage> chunk, long now, CancellationToken cancellation)
    {
        try
        {
            await _api.ModifyAckDeadlineAsync(_subscription, AckIdChunks.Ids(chunk), _seconds, cancellation);
            _leases.Renewed(chunk, now + (_lease / 3), now + _lease);
        }
        catch (PubSubApiException e) when (e.Error == PubSubApiError.Refused && chunk.Count > 1)
        {
            var half = chunk.Count / 2;
            await RenewAsync(chunk[..half], now, cancellation);
            await RenewAsync(chunk[half..], now, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The other chunks and the next sweep must go on after any failure.
            _logger.RenewalFailed(chunk.Count, _subscription, e);
        }
    }
}

/// <summary>Durations in the unit of <see cref="TimeProvider.GetTimestamp"/>, which never jumps, unlike the wall clock.</summary>
internal static class Timestamps
{
    public static long ToTimestamp(this TimeProvider time, TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);
}
