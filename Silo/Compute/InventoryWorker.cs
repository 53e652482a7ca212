using System.Text.Json;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Compute;

/// <summary>Lists one project's instances, one listing at a time, and remembers between listings what the grains were told.</summary>
internal sealed class InventoryWorker
{
    /// <summary>The API's form of "has this label".</summary>
    public const string GkeFilter = "labels.goog-k8s-cluster-name:*";

    private readonly KnownInstances _known;
    private readonly ComputeRequest _request;
    private readonly ComputeApi _api;
    private readonly IListedInstances _instances;
    private readonly InventoryMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public InventoryWorker(
        string project,
        InventoryFilter filter,
        TimeSpan renewAfter,
        ComputeApi api,
        IListedInstances instances,
        InventoryMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        _request = new ComputeRequest(
            project, "instances", ListedInstance.Fields, filter == InventoryFilter.server ? GkeFilter : null);
        _known = new KnownInstances(project, renewAfter);
        _api = api;
        _instances = instances;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>Instances that are remembered.</summary>
    public int Known => _known.Count;

    private string Project => _request.Project;

    /// <summary>Lists once. A failure of the API is logged, counted, and returned as the result.</summary>
    public async Task<ListingEnd> ListAsync(CancellationToken cancellation)
    {
        var began = _time.GetUtcNow();
        var clock = _time.GetTimestamp();
        var listing = new InventoryListing(Project, _known, _instances, began, Retrying);
        _known.Begin(began);
        try
        {
            listing.Nodes = await BeginCountAsync(began, cancellation);
            var scopes = await _api.ListAsync(_request, listing, cancellation);
            await listing.EndAsync(scopes, cancellation);
            await EndCountAsync(listing.Nodes, scopes, cancellation);
            var took = _time.GetElapsedTime(clock);
            _metrics.Listed(Project, _time.GetUtcNow(), took, _known.Listed, Math.Max(scopes.Unreachable.Count, scopes.IsPartial ? 1 : 0));
            InventoryLog.Listed(_logger, Project, _known.Listed, took.TotalSeconds, listing.Changed, listing.Gone);
            if (scopes.Unreachable.Count > 0 || scopes.IsPartial)
            {
                var zones = scopes.Unreachable.Count > 0 ? string.Join(", ", scopes.Unreachable) : "unnamed zones";
                InventoryLog.NotWhole(_logger, Project, zones);
            }

            return ListingEnd.Complete;
        }
        catch (ComputeException e)
        {
            _metrics.Failed(Project, e.Error);
            var waits = e.Error is ComputeError.forbidden or ComputeError.refused;
            InventoryLog.NotListed(_logger, Project, e.Message, waits ? "at the next interval" : "within a minute");
            return waits ? ListingEnd.Refused : ListingEnd.Broken;
        }
        finally
        {
            Report(listing);
        }
    }

    /// <summary>Null where the nodes of this listing cannot be counted; the next one makes up for their time.</summary>
    private async Task<NodeCounts?> BeginCountAsync(DateTimeOffset began, CancellationToken cancellation)
    {
        try
        {
            return new NodeCounts(await _instances.GetListedAsync(Project).WaitAsync(cancellation), began);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            NotCounted(e);
            return null;
        }
    }

    private async Task EndCountAsync(NodeCounts? nodes, ListedScopes scopes, CancellationToken cancellation)
    {
        try
        {
            await (nodes is null ? Task.CompletedTask : _instances.CountAsync(Project, nodes.ToListing(scopes)).WaitAsync(cancellation));
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            NotCounted(e);
        }
    }

    private void NotCounted(Exception e)
    {
        _metrics.Failed(Project, ComputeError.nodes);
        InventoryLog.NodesNotCounted(_logger, e, Project);
    }

    private void Retrying(ComputeException fault)
    {
        _metrics.Failed(Project, fault.Error);
        InventoryLog.Retrying(_logger, Project, fault.Message);
    }

    private void Report(InventoryListing listing)
    {
        if (listing.Calls.Failures > 0)
        {
            _metrics.Failed(Project, ComputeError.instance, listing.Calls.Failures);
            InventoryLog.NotTold(_logger, Project, listing.Calls.Failures, listing.Calls.LastFailure?.Message ?? "");
        }

        if (listing.Invalid > 0)
        {
            _metrics.Failed(Project, ComputeError.invalid_instance, listing.Invalid);
            InventoryLog.Invalid(_logger, Project, listing.Invalid);
        }
    }
}

/// <summary>One running listing of a project's instances. After each page it tells the grains of the instances that changed.</summary>
internal sealed class InventoryListing : IComputeListing
{
    private readonly List<(string Instance, int Fingerprint, InstanceObservation Observation)> _changed = [];
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

    /// <summary>Counts running nodes; null where they are not counted.</summary>
    public NodeCounts? Nodes { get; set; }

    /// <summary>How many instances were new or had changed, and whose grains took it.</summary>
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
        var isTold = _known.Take(instance, zone, fingerprint, out var node);
        if (node is not null && instance.IsRunning)
        {
            Nodes?.Add(node, instance.LastStartedAt ?? instance.CreatedAt!.Value);
        }

        if (!isTold)
        {
            _changed.Add((KeyOf(zone, instance.NameText()), fingerprint, instance.ToObservation(_began)));
        }

        return true;
    }

    public async Task PageReadAsync(CancellationToken cancellation)
    {
        var told = await Calls.MakeAsync(_changed, item => _instances.ObserveAsync(item.Instance, item.Observation), cancellation);
        foreach (var item in told)
        {
            _known.Told(item.Observation.Id, item.Fingerprint);
        }

        Changed += told.Count;
        _changed.Clear();
        Calls.ThrowIfHopeless();
    }

    public void Retrying(ComputeException fault)
    {
        // The failed page is read again, and gives these items again.
        _changed.Clear();
        _retrying(fault);
    }

    /// <summary>The last page was read: tells the grains of the instances that are gone.</summary>
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
