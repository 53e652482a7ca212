using System.Text.Json;

namespace OrleansSie.Silo.Inventory;

/// <summary>One listing of a project's instances while it runs: after each page, the grains of what changed are told.</summary>
internal sealed class InventoryListing : IComputeListing
{
    private readonly List<Sighted> _changed = [];
    private readonly string _project;
    private readonly KnownInstances _known;
    private readonly IListedInstances _instances;
    private readonly DateTimeOffset _began;
    private readonly Action<ComputeException> _retrying;

    public InventoryListing(
        string project, KnownInstances known, IListedInstances instances, DateTimeOffset began, Action<ComputeException> retrying)
    {
        _project = project;
        _known = known;
        _instances = instances;
        _began = began;
        _retrying = retrying;
    }

    public InstanceCalls Calls { get; } = new();

    /// <summary>How many instances were new or had changed, and took it.</summary>
    public int Changed { get; private set; }

    public int Gone { get; private set; }

    /// <summary>How many items were not understood.</summary>
    public int Invalid { get; private set; }

    public bool Take(string zone, ref Utf8JsonReader item)
    {
        var instance = ListedInstance.Read(ref item);
        if (!instance.IsValid)
        {
            Invalid++;
            return false;
        }

        var fingerprint = instance.Fingerprint(zone);
        if (!_known.Take(instance, zone, fingerprint))
        {
            _changed.Add(new Sighted(KeyOf(zone, instance.NameText()), fingerprint, instance.ToSighting(_began)));
        }

        return true;
    }

    public async Task PageReadAsync(CancellationToken cancellation)
    {
        var told = await Calls.MakeAsync(_changed, item => _instances.ObserveAsync(item.Instance, item.Sighting), cancellation);
        foreach (var item in told)
        {
            _known.Told(item.Sighting.Id, item.Fingerprint);
        }

        Changed += told.Count;
        _changed.Clear();
        Calls.ThrowIfHopeless();
    }

    public void Retrying(ComputeException fault)
    {
        // What the failed page has told already, it will tell again.
        _changed.Clear();
        _retrying(fault);
    }

    /// <summary>The last page was read: what is gone is told so.</summary>
    public async Task EndAsync(ListedScopes scopes, CancellationToken cancellation)
    {
        var gone = _known.Complete(scopes, _began);
        var told = await Calls.MakeAsync(gone, item => _instances.VanishAsync(KeyOf(item.Zone, item.Name), item.Id, _began), cancellation);
        foreach (var item in told)
        {
            _known.Forget(item.Id);
        }

        Gone = told.Count;
        Calls.ThrowIfHopeless();
    }

    private string KeyOf(string zone, string name) => $"projects/{_project}/zones/{zone}/instances/{name}";
}
