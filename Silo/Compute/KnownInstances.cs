using System.Runtime.InteropServices;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// What the listings of one project held so far, in memory only: which instances changed since their grains were told, and which are
/// gone. It holds the instances that exist now, not all that ever existed.
/// </summary>
internal sealed class KnownInstances
{
    private readonly Dictionary<ulong, KnownInstance> _instances = [];
    private readonly Dictionary<NodeLabels, NodeLabels> _labels = [];
    private readonly string _project;
    private readonly long _renewAfter;
    private int _listing;
    private long _now;

    /// <summary>Starts empty.</summary>
    /// <param name="project">The project's id.</param>
    /// <param name="renewAfter">An instance is told again after this time or a little less, so that its record stays in the store.</param>
    public KnownInstances(string project, TimeSpan renewAfter)
    {
        _project = project;
        _renewAfter = renewAfter.Ticks;
    }

    /// <summary>Instances in the listing that runs, or ran last.</summary>
    public int Listed { get; private set; }

    /// <summary>All that is remembered.</summary>
    public int Count => _instances.Count;

    /// <summary>A listing begins.</summary>
    public void Begin(DateTimeOffset now)
    {
        _now = now.UtcTicks;
        _listing++;
        Listed = 0;
    }

    /// <summary>The listing holds this instance.</summary>
    /// <param name="listed">The instance.</param>
    /// <param name="zone">Its zone.</param>
    /// <param name="fingerprint">Of what the listing says about it.</param>
    /// <param name="node">What it is counted under, if it is a GKE node and was not in this listing before.</param>
    /// <returns>Whether its grain was told exactly this, and not too long ago.</returns>
    public bool Take(in ListedInstance listed, string zone, int fingerprint, out NodeLabels? node)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_instances, listed.Id, out _);
        if (known.Fingerprint != fingerprint)
        {
            known.Fingerprint = fingerprint;
            known.Node = listed.LabelsIn(_project, zone) is { } labels ? Shared(labels) : null;
        }

        node = null;
        if (known.Listing != _listing)
        {
            known.Listing = _listing;
            Listed++;
            node = known.Node;
        }

        if (known.Told == fingerprint && _now < known.RenewAt)
        {
            return true;
        }

        known.Zone = zone;
        known.Name = listed.NameText();
        known.CreatedAt = listed.CreatedAt!.Value;
        known.Told = null;
        return false;
    }

    /// <summary>Its grain knows this now.</summary>
    public void Told(ulong id, int fingerprint)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_instances, id);
        known.Told = fingerprint;

        // Instances that were told together are told again spread over a fifth of the time.
        known.RenewAt = _now + _renewAfter - (long)(_renewAfter / 5 * ((id % 1024) / 1024.0));
    }

    /// <summary>
    /// The listing was read to its end. An instance is gone if an earlier complete listing held it, it was created before this listing
    /// began, and this listing holds its zone completely but not the instance.
    /// </summary>
    /// <param name="scopes">What the listing says about its zones.</param>
    /// <param name="began">When the listing began.</param>
    /// <returns>What is gone; remembered until <see cref="Forget"/>.</returns>
    public IReadOnlyList<(ulong Id, string Zone, string Name)> Complete(ListedScopes scopes, DateTimeOffset began)
    {
        var gone = new List<(ulong Id, string Zone, string Name)>();
        var neverWhole = new List<ulong>();
        foreach (var id in _instances.Keys)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_instances, id);
            if (known.Listing == _listing)
            {
                known.WasInCompleteListing = true;
            }
            else if (scopes.HoldsAllOf(known.Zone) && known.CreatedAt < began)
            {
                if (known.WasInCompleteListing)
                {
                    gone.Add((id, known.Zone, known.Name));
                }
                else
                {
                    neverWhole.Add(id);
                }
            }
        }

        neverWhole.ForEach(Forget);
        return gone;
    }

    public void Forget(ulong id) => _instances.Remove(id);

    /// <summary>Nodes with the same labels share one object.</summary>
    private NodeLabels Shared(NodeLabels labels)
    {
        if (!_labels.TryGetValue(labels, out var shared))
        {
            _labels.Add(labels, shared = labels);
        }

        return shared;
    }

    /// <summary>What is remembered of one numeric id.</summary>
    private struct KnownInstance
    {
        public string Zone;
        public string Name;
        public DateTimeOffset CreatedAt;

        /// <summary>What it is counted under; null for an instance that is no GKE node.</summary>
        public NodeLabels? Node;

        /// <summary>Of what <see cref="Node"/> is taken from; null before that.</summary>
        public int? Fingerprint;

        /// <summary>The fingerprint that its grain was told; null before that.</summary>
        public int? Told;

        /// <summary>When its grain is told again even if nothing changed, UTC ticks.</summary>
        public long RenewAt;

        /// <summary>The number of the listing that held it last.</summary>
        public int Listing;

        /// <summary>Whether a complete listing held it.</summary>
        public bool WasInCompleteListing;
    }
}
