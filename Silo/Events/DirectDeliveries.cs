using Orleans.Streaming.PubSub;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>
/// Takes events to their instances without the dispatcher, each by itself and with its own deadline, so that none waits for another. The
/// stream provider's capacity, which counts what is unsettled, bounds how many there are at once.
/// </summary>
internal sealed class DirectDeliveries
{
    /// <summary>
    /// While more than this many are on their way, each is given up after its first failed call: events that cannot be delivered must not
    /// hold the capacity that all others need.
    /// </summary>
    public const int MostForLong = 500;

    private static readonly PubSubBackoff _pause = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    private readonly Func<InstanceEvent, Task<Outcome>> _handle;
    private readonly DirectDeliverySettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _onTheirWay;

    public DirectDeliveries(
        IGrainFactory grains,
        DirectDeliverySettings settings,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<DirectDeliveries> logger)
        : this(async e => (await grains.GetGrain<IInstanceGrain>(e.Instance).Handle([e]))[0], settings, time, logger)
    {
    }

    internal DirectDeliveries(Func<InstanceEvent, Task<Outcome>> handle, DirectDeliverySettings settings, TimeProvider time, ILogger logger)
    {
        _handle = handle;
        _settings = settings;
        _time = time;
        _logger = logger;
    }

    /// <summary>Takes over a message: it is acked with its outcome, or nacked after its deadline.</summary>
    public void Take(PubSubMessage message) => _ = Task.Run(async () =>
    {
        Interlocked.Increment(ref _onTheirWay);
        await DeliverAsync(message);
        Interlocked.Decrement(ref _onTheirWay);
    });

    private async Task DeliverAsync(PubSubMessage message)
    {
        var begun = _time.GetTimestamp();
        var e = (InstanceEvent)message.Item;
        for (var attempt = 0; !message.IsSettled; attempt++)
        {
            var fault = await HandleAsync(message, e);
            if (fault is not null && (_time.GetElapsedTime(begun) >= _settings.Deadline || Volatile.Read(ref _onTheirWay) > MostForLong))
            {
                if (message.Nack())
                {
                    _logger.DeliveryGivenUp(fault, e.Instance, message.MessageId);
                }

                return;
            }

            if (fault is not null)
            {
                await Task.Delay(_pause.Next(attempt), _time);
            }
        }
    }

    /// <summary>Tries once.</summary>
    /// <returns>What went wrong; null if the message is acked.</returns>
    private async Task<Exception?> HandleAsync(PubSubMessage message, InstanceEvent e)
    {
        try
        {
            var outcome = await _handle(e).WaitAsync(_settings.CallTimeout, _time);
            if (outcome == Outcome.none)
            {
                return new InvalidOperationException("The instance gave no outcome.");
            }

            message.Ack(OutcomeResult.Of(outcome));
            return null;
        }
        catch (Exception fault)
        {
            // Any fault here concerns this message alone.
            return fault;
        }
    }
}

/// <summary>How long an event that goes to its instance directly is tried.</summary>
/// <param name="CallTimeout">How long one call may take.</param>
/// <param name="Deadline">After this no further call is made, and the message is nacked.</param>
internal sealed record DirectDeliverySettings(TimeSpan CallTimeout, TimeSpan Deadline)
{
    public static DirectDeliverySettings Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(2));
}
