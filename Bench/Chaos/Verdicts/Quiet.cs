using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>
/// Waits until nothing moves any more. A message that a dead silo held comes again when its lease has run out, at most 30 s after its
/// last renewal: quiet that was shorter would not tell.
/// </summary>
internal sealed class Quiet
{
    private static readonly TimeSpan _longestLease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(2);

    private readonly SiloFleet _fleet;
    private readonly Scrapes _scrapes;
    private readonly PubSubRest _pubSub;
    private readonly TimeSpan _span;

    public Quiet(SiloFleet fleet, Scrapes scrapes, PubSubRest pubSub, bool isShort)
    {
        _fleet = fleet;
        _scrapes = scrapes;
        _pubSub = pubSub;
        _span = TimeSpan.FromSeconds(isShort ? 10 : 40);
    }

    /// <summary>What does not come to rest before the deadline; null if all does.</summary>
    public async Task<Difference?> WaitAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var since = started;
        var before = -1.0;
        using var timer = new PeriodicTimer(_period);
        while (true)
        {
            var settled = _scrapes.Sum(e => e.Sum(MetricNames.Messages));
            var unrest = await UnrestAsync(cancellationToken) ?? (settled != before ? "messages are being settled" : null);
            before = settled;
            since = unrest is null ? since : TimeProvider.System.GetTimestamp();
            var isOver = TimeProvider.System.GetElapsedTime(since) >= _span && _fleet.SinceLastDeath > _longestLease + TimeSpan.FromSeconds(5);
            if (isOver && await _pubSub.WaitingAsync(Topics.SubscriptionOf(creations: true)) + await _pubSub.WaitingAsync(Topics.SubscriptionOf(creations: false)) == 0)
            {
                return null;
            }

            if (TimeProvider.System.GetElapsedTime(started) > deadline)
            {
                return new Difference($"quiet within {deadline.TotalMinutes:F0} min of the last fault", "yes", unrest ?? "messages wait in a subscription");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task<string?> UnrestAsync(CancellationToken cancellationToken)
    {
        if (!await _scrapes.AllReadyAsync(cancellationToken))
        {
            return "a silo is not ready";
        }

        foreach (var member in _fleet.Members)
        {
            if (await member.MetricsAsync(cancellationToken) is not { } now || now.Sum(MetricNames.MessagesInFlight) > 0)
            {
                return $"silo {member.Number} holds messages";
            }
        }

        return null;
    }
}
