using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// One instance's calls to its shard of the list of unattributed interruptions. That an interruption waits is recorded before
/// the shard is told. Of what comes after, the shard is told first; then the instance records it, and confirms to the shard that it is recorded.
/// </summary>
internal sealed class UnattributedCalls
{
    private readonly FencedState<InstanceState> _state;
    private readonly IUnattributedGrain _shard;
    private readonly string _receiver;
    private readonly string _instance;

    /// <param name="state">The instance's record.</param>
    /// <param name="grains">Where the shard's grain is found.</param>
    /// <param name="instance">The instance's key.</param>
    public UnattributedCalls(FencedState<InstanceState> state, IGrainFactory grains, string instance)
    {
        var shard = UnattributedShard.Of(instance);
        _state = state;
        _shard = grains.GetGrain<IUnattributedGrain>(shard);
        _receiver = KnownEpochs.ReceiverOf(shard);
        _instance = instance;
    }

    /// <summary>Tells how far these have come. Where that is further than the record has, it is recorded and confirmed.</summary>
    /// <param name="all">The interruptions.</param>
    /// <param name="write">Writes the instance's record.</param>
    public async Task TellAsync(IReadOnlyList<OpenInterruption> all, Func<Task> write)
    {
        foreach (var open in all)
        {
            await TellAsync(News(open));
        }

        var givenUp = all.Where(o => o.Told != o.Stage).ToList();
        if (givenUp.Count == 0)
        {
            return;
        }

        givenUp.ForEach(o => o.Told = o.Stage);
        await write();
        foreach (var open in givenUp)
        {
            await _shard.Confirm(open.Id, open.Stage);
        }
    }

    /// <summary>Tells that clusters have counted these; then that is recorded and confirmed.</summary>
    /// <param name="counted">The interruptions.</param>
    /// <param name="record">Writes in the instance's record that they are counted.</param>
    public async Task TellCountedAsync(IReadOnlyList<OpenInterruption> counted, Func<Task> record)
    {
        foreach (var open in counted)
        {
            await TellAsync(News(open) with { Stage = UnattributedStage.counted });
        }

        await record();
        foreach (var open in counted)
        {
            await _shard.Confirm(open.Id, UnattributedStage.counted);
        }
    }

    /// <summary>
    /// Tells that an interruption is counted, without the stage from which it is to be moved: the unattributed list may have moved it already, and
    /// forgotten.
    /// </summary>
    public Task TellCountedAsync(string id, DateTimeOffset arrivedAt) =>
        TellAsync(new UnattributedReport(id, _instance, arrivedAt, UnattributedStage.unheard, UnattributedStage.counted));

    private async Task TellAsync(UnattributedReport news)
    {
        while (await _shard.Tell(news, _state.EpochFor(_receiver)) is { } told)
        {
            await _state.ReadAgainAsync(_receiver, told);
        }
    }

    private UnattributedReport News(OpenInterruption open) => new(open.Id, _instance, open.ArrivedAt, open.Told, open.Stage);
}
