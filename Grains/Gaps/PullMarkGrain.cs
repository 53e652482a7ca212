using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Gaps;

/// <summary>One subscription's mark and gaps: one record, so that a mark never moves past a gap that is not remembered.</summary>
[GrainType("pull-mark")]
internal sealed class PullMarkGrain : Grain, IPullMarkGrain
{
    private readonly DurableState<PullMarkState> _state;
    private readonly ILogger<PullMarkGrain> _logger;

    public PullMarkGrain(
        [FromKeyedServices(StateStore.Name)] IGrainStorage storage, IGrainContext context, ILogger<PullMarkGrain> logger)
    {
        _state = new DurableState<PullMarkState>("pull-mark", context, storage);
        _logger = logger;
    }

    public async Task Pulled(DateTimeOffset at, TimeSpan retention, IReadOnlyList<string> projects)
    {
        await _state.LoadAsync();
        var last = _state.Value.LastPulledAt;
        var forgotten = _state.Value.Gaps.FindAll(gap => PullMark.IsForgotten(gap, at));
        if (!PullMark.Advance(_state.Value, at, retention, projects))
        {
            return;
        }

        await _state.WriteAsync();
        foreach (var gap in forgotten)
        {
            _logger.GapGivenUp(this.GetPrimaryKeyString(), gap.From, gap.Until, string.Join(", ", gap.Projects));
        }

        if (last is { } since && at - since > retention)
        {
            _logger.SubscriptionLostMessages(this.GetPrimaryKeyString(), since, at, retention);
        }
    }

    public async Task<LostSpan?> GetLost(string project)
    {
        await _state.LoadAsync();
        return PullMark.LostOf(_state.Value, project);
    }

    public async Task Repaired(string project, DateTimeOffset until)
    {
        await _state.LoadAsync();
        if (PullMark.Close(_state.Value, project, until))
        {
            await _state.WriteAsync();
        }
    }
}
