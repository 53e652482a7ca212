using Orleans.Runtime.Services;
using Orleans.Services;
using OrleansSie.Grains;

namespace OrleansSie.Silo.Reach;

/// <summary>Runs on each silo and says which silos it reaches.</summary>
[Alias("sie.IReachService")]
internal interface IReachService : IGrainService
{
    /// <summary>Takes the rows of the caller, and returns those of this silo.</summary>
    [ResponseTimeout("00:00:05"), Alias("exchange")]
    Task<ReachRow[]> Exchange(ReachRow[] rows);
}

/// <summary>
/// Calls every active silo every few seconds, also while this one joins, and exchanges which silo reaches which: <see cref="ReachTable"/>.
/// If two silos are cut off from each other, a <see cref="ClusterExit"/> of one ends the standstill.
/// </summary>
internal sealed class ReachService : GrainService, IReachService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly ReachTable _table;
    private readonly Client _others;
    private readonly ISiloStatusOracle _members;
    private readonly ClusterExit _exit;
    private readonly TimeProvider _time;
    private readonly ILogger<ReachService> _logger;
    private readonly SiloAddress _self;

    public ReachService(
        GrainId id,
        Orleans.Runtime.Silo silo,
        ILocalSiloDetails local,
        IServiceProvider services,
        ISiloStatusOracle members,
        ClusterExit exit,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILoggerFactory logging)
        : base(id, silo, logging)
    {
        _self = local.SiloAddress;
        _table = new ReachTable(_self, time);
        _others = new Client(services);
        _members = members;
        _exit = exit;
        _time = time;
        _logger = logging.CreateLogger<ReachService>();
    }

    public Task<ReachRow[]> Exchange(ReachRow[] rows)
    {
        _table.Take(rows);
        return Task.FromResult(_table.Rows());
    }

    /// <summary>Runs before this silo joins: a silo that it cannot reach then is the reason why it cannot join.</summary>
    public override async Task Init(IServiceProvider serviceProvider)
    {
        await base.Init(serviceProvider);
        RunAsync().Ignore();
    }

    private async Task RunAsync()
    {
        while (!StoppedCancellationTokenSource.IsCancellationRequested)
        {
            try
            {
                await RoundAsync();
            }
            catch (Exception e)
            {
                // After any fault the next round may succeed. Without rounds this silo neither leaves nor counts as a third one.
                _logger.ReachRoundFailed(e);
            }

            await Task.Delay(_pause, _time, StoppedCancellationTokenSource.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task RoundAsync()
    {
        var others = Active().Where(silo => !silo.Equals(_self)).ToList();
        var rows = _table.Rows();
        var answers = await Task.WhenAll(others.Select(silo => CallAsync(silo, rows)));
        _table.EndRound([.. others.Where((_, i) => answers[i])], [.. others.Where((_, i) => !answers[i])]);
        _exit.Unreached = _table.Unreached;
        if (_table.HasToLeaveFor(Active()) is { } other)
        {
            _exit.Begin(other);
        }
    }

    private Dictionary<SiloAddress, SiloStatus>.KeyCollection Active() => _members.GetApproximateSiloStatuses(onlyActive: true).Keys;

    private async Task<bool> CallAsync(SiloAddress silo, ReachRow[] rows)
    {
        try
        {
            _table.Take(await _others.Of(silo).Exchange(rows).WaitAsync(_patience, _time, StoppedCancellationTokenSource.Token));
            return true;
        }
        catch (Exception)
        {
            // Any fault means that the silo did not answer, and nothing else matters here.
            return false;
        }
    }

    private sealed class Client(IServiceProvider services) : GrainServiceClient<IReachService>(services)
    {
        public IReachService Of(SiloAddress silo) => GetGrainService(silo);
    }
}

/// <summary>
/// This silo's exit from its cluster because it cannot reach another silo. The process goes on and joins again as a new silo, as soon
/// as it reaches every active one.
/// </summary>
internal sealed class ClusterExit(IHostApplicationLifetime lifetime, ILogger<ClusterExit> logger)
{
    private volatile IReadOnlyList<SiloAddress> _unreached = [];
    private volatile SiloAddress? _cause;

    /// <summary>The active silos that did not answer the last call.</summary>
    public IReadOnlyList<SiloAddress> Unreached
    {
        get => _unreached;
        set => _unreached = value;
    }

    /// <summary>Whether this silo leaves.</summary>
    public bool IsBegun => _cause is not null;

    /// <summary>Why this silo leaves; null if it does not.</summary>
    public string? Reason => _cause is { } cause ? $"{TextOf(cause)} is out of reach of this silo, and a third silo reaches both" : null;

    /// <summary>The silos out of reach, as a sentence for an operator; null if there are none.</summary>
    public string? Fault => _unreached is { Count: > 0 } silos
        ? $"it cannot reach {string.Join(", ", silos.Select(TextOf))}; check the network between them" : null;

    /// <summary>Leaves the cluster.</summary>
    public void Begin(SiloAddress cause)
    {
        if (_cause is null)
        {
            _cause = cause;
            logger.LeavesTheCluster(TextOf(cause));
            lifetime.StopApplication();
        }
    }

    private static string TextOf(SiloAddress silo) => silo.Endpoint.ToString();
}
