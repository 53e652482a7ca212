using System.Text.Json;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// One attempt to repair a gap: hands the preemptions of its time to their instances, page by page. It can be repeated after a crash,
/// because an instance counts an interruption once.
/// </summary>
internal sealed class RepairRun : IComputeListing
{
    // Few enough calls at a time to be no load beside the stream's own deliveries.
    private const int Parallelism = 32;

    private readonly string _project;
    private readonly LostSpan _lost;
    private readonly IGrainFactory _grains;
    private readonly RepairMetrics _metrics;
    private readonly List<InstanceEvent> _page = [];
    private int _unreadableOfPage;
    private int _new;
    private int _known;

    public RepairRun(string project, LostSpan lost, IGrainFactory grains, RepairMetrics metrics)
    {
        _project = project;
        _lost = lost;
        _grains = grains;
        _metrics = metrics;
    }

    /// <summary>Interruptions that were not known before.</summary>
    public int New => _new;

    /// <summary>Interruptions that were known before.</summary>
    public int Known => _known;

    /// <summary>Preemptions without a usable instance or time.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Reads the project's preemptions and hands over those of the gap.</summary>
    /// <returns>Whether the list is complete.</returns>
    /// <exception cref="ComputeException">The list cannot be read.</exception>
    public async Task<bool> RunAsync(ComputeApi api, CancellationToken cancellation)
    {
        var request = new ComputeRequest(_project, "operations", PreemptionOperation.Fields, PreemptionOperation.Filter);
        var scopes = await api.ListAsync(request, this, cancellation);
        return !scopes.IsPartial && scopes.Unreachable.Count == 0;
    }

    public bool Take(string zone, ref Utf8JsonReader item)
    {
        var operation = PreemptionOperation.Read(ref item);
        if (!operation.IsFinishedPreemption)
        {
            return true;
        }

        if (operation.ToEvent(_project) is not { } preemption)
        {
            _unreadableOfPage++;
        }
        else if (_lost.Contains(preemption.At))
        {
            _page.Add(preemption);
        }

        return true;
    }

    public async Task PageReadAsync(CancellationToken cancellation)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation };
        await Parallel.ForEachAsync(_page, limits, async (preemption, _) => await HandOverAsync(preemption));
        for (var i = 0; i < _unreadableOfPage; i++)
        {
            _metrics.Found(_project, Outcome.not_an_instance);
        }

        Unreadable += _unreadableOfPage;
        Forget();
    }

    public void Retrying(ComputeException fault)
    {
        _metrics.Failed(_project, fault.Error);
        Forget();
    }

    private void Forget()
    {
        _page.Clear();
        _unreadableOfPage = 0;
    }

    private async Task HandOverAsync(InstanceEvent preemption)
    {
        var outcome = (await _grains.GetGrain<IInstanceGrain>(preemption.Instance).Handle([preemption]))[0];
        _metrics.Found(_project, outcome);
        Interlocked.Increment(ref outcome == Outcome.duplicate ? ref _known : ref _new);
    }
}
