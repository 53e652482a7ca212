using Orleans.Runtime.Services;
using OrleansSie.Grains;

namespace OrleansSie.Silo.Reach;

/// <summary>
/// Calls every active silo every few seconds, also while this one joins, and passes on who reaches whom: <see cref="ReachTable"/>. Ends
/// the standstill of two silos that are cut from each other by a <see cref="Departure"/>.
/// </summary>
internal sealed class ReachService : GrainService, IReachService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly ReachTable _table;
    private readonly Client _others;
    private readonly ISiloStatusOracle _members;
    private readonly Departure _departure;
    private readonly TimeProvider _time;
    private readonly ILogger<ReachService> _logger;
    private readonly SiloAddress _self;

    public ReachService(
        GrainId id,
        Orleans.Runtime.Silo silo,
        ILocalSiloDetails local,
        IServiceProvider services,
        ISiloStatusOracle members,
        Departure departure,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILoggerFactory logging)
        : base(id, silo, logging)
    {
        _self = local.SiloAddress;
        _table = new ReachTable(_self, time);
        _others = new Client(services);
        _members = members;
        _departure = departure;
        _time = time;
        _logger = logging.CreateLogger<ReachService>();
    }

    public Task<ReachRow[]> Exchange(ReachRow[] rows)
    {
        _table.Take(rows);
        return Task.FromResult(_table.Rows());
    }

    /// <summary>Comes before this silo joins: what it cannot reach then is what keeps it out.</summary>
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
                // Whatever it is, the next round may succeed, and without rounds this silo is neither judged nor a witness.
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
        _departure.Unreached = _table.Unreached;
        if (_table.HasToLeaveFor(Active()) is { } other)
        {
            _departure.Begin(other);
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
            // Whatever it is, the silo did not answer, which is all that is asked here.
            return false;
        }
    }

    private sealed class Client(IServiceProvider services) : GrainServiceClient<IReachService>(services)
    {
        public IReachService Of(SiloAddress silo) => GetGrainService(silo);
    }
}
