using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>The gateways of all active silos, for clients. There are none before the first silo has created the table.</summary>
internal sealed class KubernetesGatewayListProvider : IGatewayListProvider
{
    private readonly TableReader _reader;
    private bool _wasThere;

    public KubernetesGatewayListProvider(TableReader reader, IOptions<GatewayOptions> options)
    {
        _reader = reader;
        MaxStaleness = options.Value.GatewayListRefreshPeriod;
    }

    public TimeSpan MaxStaleness { get; }

    [Obsolete("Orleans does not ask any more.")]
    public bool IsUpdatable => true;

    public Task InitializeGatewayListProviderAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async Task<IList<Uri>> GetGatewaysAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var table = await _reader.ReadAsync(cancellationToken);
            _wasThere = true;
            return [.. table.Rows().Select(row => row.Value).Where(row => row is { Status: SiloStatus.Active, ProxyPort: not 0 }).Select(Gateway)];
        }
        catch (KubernetesMembershipException e) when (e.Failure is MembershipFailure.Missing && !_wasThere)
        {
            return [];
        }
    }

    [Obsolete("Use InitializeGatewayListProviderAsync.")]
    public Task InitializeGatewayListProvider() => InitializeGatewayListProviderAsync(CancellationToken.None);

    [Obsolete("Use GetGatewaysAsync.")]
    public Task<IList<Uri>> GetGateways() => GetGatewaysAsync(CancellationToken.None);

    private static Uri Gateway(SiloRow row)
    {
        var silo = SiloAddress.FromParsableString(row.Address);
        return SiloAddress.New(silo.Endpoint.Address, row.ProxyPort, silo.Generation).ToGatewayUri();
    }
}
