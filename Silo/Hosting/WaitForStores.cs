using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Hosting;

/// <summary>
/// Delays the silo's start until its store, and the Redis of its membership table, can be written. A store that may drop counts ends the
/// start.
/// </summary>
internal sealed class WaitForStores : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    private readonly StoreClient _store;
    private readonly StoreHealth _health;
    private readonly SieOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logging;
    private readonly ILogger<WaitForStores> _logger;

    public WaitForStores(StoreClient store, StoreHealth health, SieOptions options, TimeProvider time, ILoggerFactory logging)
    {
        _store = store;
        _health = health;
        _options = options;
        _time = time;
        _logging = logging;
        _logger = logging.CreateLogger<WaitForStores>();
    }

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(WaitForStores), ServiceLifecycleStage.First, WaitAsync);

    private async Task WaitAsync(CancellationToken cancel)
    {
        await UntilAvailableAsync(_health, cancel);
        if (_store.IsNew && !_options.IsLocal)
        {
            StorageLog.StoreIsNew(_logger, _store.ToString());
        }

        if ((await _store.ReadDurabilityAsync(cancel))?.Fault is { } fault)
        {
            throw new StartUpException(fault);
        }

        if (_options.Clustering is { Provider: ClusteringProvider.redis, Redis: { ConnectionString: not null } own })
        {
            await UntilMembershipAvailableAsync(RedisClient.From(own), cancel);
        }
    }

    private async Task UntilMembershipAvailableAsync(ConfigurationOptions redis, CancellationToken cancel)
    {
        await using var membership = new RedisProbe(redis, $"{_options.Clustering.ServiceId}/probe");
        var name = $"the membership store at {RedisClient.NameOf(redis)}";
        using var health = new StoreHealth(membership.WriteAsync, name, _time, _logging.CreateLogger<StoreHealth>());
        await UntilAvailableAsync(health, cancel);
    }

    private async Task UntilAvailableAsync(StoreHealth health, CancellationToken cancel)
    {
        for (var pause = _shortest; !await health.LookAsync(cancel); pause = pause * 2 < _longest ? pause * 2 : _longest)
        {
            if (pause == _shortest)
            {
                StorageLog.WaitsForStore(_logger, health.Fault!);
            }

            await Task.Delay(pause, _time, cancel);
        }
    }
}
