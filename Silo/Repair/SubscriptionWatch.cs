using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Repair;

/// <summary>One subscription as this silo pulls it: tells its mark when it was pulled, and keeps the repairers of its projects alive.</summary>
internal sealed class SubscriptionWatch
{
    private static readonly TimeSpan _step = TimeSpan.FromMinutes(1);

    private readonly PubSubSubscriptionStatus _status;
    private readonly IReadOnlyList<string> _projects;
    private readonly TimeSpan _retention;
    private readonly IGrainFactory _grains;
    private readonly ILogger _logger;
    private DateTimeOffset? _told;
    private bool _hasFailed;

    /// <param name="status">What is known of its pulls.</param>
    /// <param name="projects">The projects whose interruptions it carries.</param>
    /// <param name="retention">How long it keeps messages.</param>
    /// <param name="grains">Finds the mark and the repairers.</param>
    /// <param name="logger">Is told of the first of several failures.</param>
    public SubscriptionWatch(
        PubSubSubscriptionStatus status, IReadOnlyList<string> projects, TimeSpan retention, IGrainFactory grains, ILogger logger)
    {
        _status = status;
        _projects = projects;
        _retention = retention;
        _grains = grains;
        _logger = logger;
    }

    /// <summary>Does what is due. What fails is done again in the next round, and keeps no other subscription waiting.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await MarkAsync();
            await Task.WhenAll(_projects.Select(project => _grains.GetGrain<IRepairGrain>(project).EnsureRunning()));
            _hasFailed = false;
        }
        catch (Exception e)
        {
            // A store or a silo that is away is told of elsewhere too; the loop must outlive it.
            if (!_hasFailed && !cancellation.IsCancellationRequested)
            {
                _logger.RepairRoundFailed(e, _status.Subscription);
            }

            _hasFailed = true;
        }
    }

    private async Task MarkAsync()
    {
        if (_status.LastSuccessfulPull is { } at && (_told is not { } told || (at - told).Duration() >= _step))
        {
            await _grains.GetGrain<IPullMarkGrain>(_status.Subscription).Pulled(at, _retention, _projects);
            _told = at;
        }
    }
}
