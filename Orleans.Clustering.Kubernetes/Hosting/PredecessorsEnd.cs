using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// Declares the rows of earlier processes with this silo's name dead when the silo starts. A StatefulSet runs one pod of a name at a time,
/// so those processes no longer run. Without this the silo, and the grains of the old processes, would wait until the rows are stale. The
/// start does not depend on it: what cannot be done within a few seconds is left to the other silos.
/// </summary>
internal sealed class PredecessorsEnd : ILifecycleParticipant<ISiloLifecycle>
{
    // The stage before writes this silo's own row. A later stage waits for answers from the other silos.
    private const int Stage = ServiceLifecycleStage.AfterRuntimeGrainServices + 1;
    private const int Rounds = 12;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    private readonly IClusterMembershipService _membership;
    private readonly ILocalSiloDetails _self;
    private readonly bool _isOn;
    private readonly TimeProvider _time;
    private readonly ILogger<PredecessorsEnd> _logger;

    public PredecessorsEnd(
        IClusterMembershipService membership,
        ILocalSiloDetails self,
        IOptions<KubernetesClusteringOptions> options,
        ILogger<PredecessorsEnd> logger,
        TimeProvider? time = null)
    {
        _membership = membership;
        _self = self;
        _isOn = options.Value.EndPredecessors;
        _time = time ?? TimeProvider.System;
        _logger = logger;
    }

    public void Participate(ISiloLifecycle lifecycle)
    {
        if (_isOn)
        {
            lifecycle.Subscribe(nameof(PredecessorsEnd), Stage, EndAllAsync);
        }
    }

    /// <summary>Repeats until the table says that all of them are dead, or the rounds or the time are used up.</summary>
    internal async Task EndAllAsync(CancellationToken cancel)
    {
        HashSet<SiloAddress> told = [];
        Exception? failure = null;
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        for (var (round, pause) = (1, _firstPause); round <= Rounds && !patience.IsCancellationRequested; round++, pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            try
            {
                await _membership.Refresh(default, either.Token).AsTask().WaitAsync(either.Token);
                var living = Living();
                foreach (var ended in told.Except(living).ToArray())
                {
                    told.Remove(ended);
                    _logger.PredecessorEnded(ended, _self.Name);
                }

                if (living.Count == 0)
                {
                    return;
                }

                foreach (var predecessor in living)
                {
                    // It returns before it is done, and gives up on a conflicting write. The next round checks.
                    await _membership.TryKill(predecessor).WaitAsync(either.Token);
                    told.Add(predecessor);
                }
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                failure = e;
            }

            await Task.Delay(pause, _time, cancel);
        }

        _logger.PredecessorsStay(_self.Name, failure);
    }

    private List<SiloAddress> Living() =>
        [.. _membership.CurrentSnapshot.Members.Values.Where(IsPredecessor).Select(member => member.SiloAddress)];

    private bool IsPredecessor(ClusterMember member) => member.Name == _self.Name
        && member.Status is not SiloStatus.Dead
        && !member.SiloAddress.Equals(_self.SiloAddress)
        && member.SiloAddress.Generation < _self.SiloAddress.Generation;
}
