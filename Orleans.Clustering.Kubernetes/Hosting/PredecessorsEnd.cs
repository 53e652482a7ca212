using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orleans.Clustering.Kubernetes;

/// <summary>
/// Declares dead, when a silo starts, the rows of earlier processes of its name. A StatefulSet runs one pod of a name at a time, so they
/// cannot live; without this the silo would wait for answers from them until they are found stale, and their grains with it.
/// </summary>
internal sealed class PredecessorsEnd : ILifecycleParticipant<ISiloLifecycle>
{
    // After this silo's own row is in the table, before it asks the others for answers.
    private const int Stage = ServiceLifecycleStage.RuntimeGrainServices + 100;

    private readonly IClusterMembershipService _membership;
    private readonly ILocalSiloDetails _self;
    private readonly bool _isOn;
    private readonly ILogger<PredecessorsEnd> _logger;

    public PredecessorsEnd(
        IClusterMembershipService membership, ILocalSiloDetails self, IOptions<KubernetesClusteringOptions> options, ILogger<PredecessorsEnd> logger)
    {
        _membership = membership;
        _self = self;
        _isOn = options.Value.EndPredecessors;
        _logger = logger;
    }

    public void Participate(ISiloLifecycle lifecycle)
    {
        if (_isOn)
        {
            lifecycle.Subscribe(nameof(PredecessorsEnd), Stage, EndAllAsync);
        }
    }

    private async Task EndAllAsync(CancellationToken cancel)
    {
        await _membership.Refresh(default, cancel);
        foreach (var member in _membership.CurrentSnapshot.Members.Values.Where(IsPredecessor))
        {
            await EndAsync(member.SiloAddress);
        }
    }

    private bool IsPredecessor(ClusterMember member) => member.Name == _self.Name
        && member.Status is not SiloStatus.Dead
        && !member.SiloAddress.Equals(_self.SiloAddress)
        && member.SiloAddress.Generation < _self.SiloAddress.Generation;

    private async Task EndAsync(SiloAddress predecessor)
    {
        try
        {
            if (await _membership.TryKill(predecessor))
            {
                _logger.PredecessorEnded(predecessor, _self.Name);
            }
            else
            {
                _logger.PredecessorStays(predecessor, _self.Name, null);
            }
        }
        catch (Exception e) when (e is KubernetesMembershipException or OrleansException or TimeoutException)
        {
            _logger.PredecessorStays(predecessor, _self.Name, e);
        }
    }
}
