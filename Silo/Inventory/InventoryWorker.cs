using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Inventory;

/// <summary>Lists one project's instances, one listing at a time, and remembers between them what the grains were told.</summary>
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
        _known = new KnownInstances(renewAfter);
        _api = api;
        _instances = instances;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>Instances that are remembered.</summary>
    public int Known => _known.Count;

    private string Project => _request.Project;

    /// <summary>Lists once. A fault of the API is logged, counted, and told by the answer.</summary>
    public async Task<ListingEnd> ListAsync(CancellationToken cancellation)
    {
        var began = _time.GetUtcNow();
        var clock = _time.GetTimestamp();
        var listing = new InventoryListing(Project, _known, _instances, began, Retrying);
        _known.Begin(began);
        try
        {
            var scopes = await _api.ListAsync(_request, listing, cancellation);
            await listing.EndAsync(scopes, cancellation);
            var took = _time.GetElapsedTime(clock);
            _metrics.Listed(Project, _time.GetUtcNow(), took, _known.Listed, scopes.Unreachable.Count);
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
