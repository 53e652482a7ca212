using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>
/// Reads /metrics of every silo again and again, and keeps the newest of every silo that lived: what one counted after its last scrape is
/// not known.
/// </summary>
internal sealed class Scrapes : IAsyncDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly SiloFleet _fleet;
    private readonly Progress _progress;
    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<(int Silo, int Life, int Join), Exposition> _newest = [];
    private readonly Dictionary<(int Silo, int Life), int> _joins = [];
    private readonly List<string> _falls = [];
    private readonly Lock _lock = new();
    private readonly Task[] _loops;

    public Scrapes(SiloFleet fleet, Progress progress)
    {
        _fleet = fleet;
        _progress = progress;
        _loops = [.. fleet.Members.Select(LoopAsync)];
    }

    /// <summary>Totals that one process showed lower than before.</summary>
    public IReadOnlyList<string> Falls => _falls;

    /// <summary>How often a silo has left its cluster without the end of its process.</summary>
    public int Rejoins => _joins.Values.Sum();

    /// <summary>The sum of outcomes over all processes that ever lived, by outcome.</summary>
    public Dictionary<string, double> Outcomes()
    {
        lock (_lock)
        {
            return _newest.Values.SelectMany(e => e.By(MetricNames.Messages, MetricNames.OutcomeLabel))
                .GroupBy(o => o.Key, o => o.Value).ToDictionary(g => g.Key, g => g.Sum(), StringComparer.Ordinal);
        }
    }

    /// <summary>The sum of a process metric over all processes that ever lived.</summary>
    public double Sum(Func<Exposition, double> of)
    {
        lock (_lock)
        {
            return _newest.Values.Sum(of);
        }
    }

    /// <summary>Whether all silos say that they are ready.</summary>
    public async Task<bool> AllReadyAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(_fleet.Members.Select(m => m.GetAsync("/healthz/ready", cancellationToken)));
        return answers.All(a => a is not null);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_loops);
        _ending.Dispose();
    }

    private async Task LoopAsync(SiloMember member)
    {
        using var timer = new PeriodicTimer(_period);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                var life = member.Lives;
                if (await member.MetricsAsync(_ending.Token) is { } exposition && life == member.Lives)
                {
                    Take(member.Number, life, exposition);
                    _progress.Settled = Sum(e => e.Sum(MetricNames.Messages));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private void Take(int silo, int life, Exposition exposition)
    {
        lock (_lock)
        {
            var join = _joins.GetValueOrDefault((silo, life));
            if (_newest.TryGetValue((silo, life, join), out var before) && exposition.Sum(MetricNames.Messages) < before.Sum(MetricNames.Messages))
            {
                // It has left its cluster and joins again, in the same process.
                _joins[(silo, life)] = ++join;
            }

            if (before is not null)
            {
                var now = exposition.Interruptions();
                foreach (var (cluster, shown) in before.Interruptions())
                {
                    if ((join == 0 || now.ContainsKey(cluster)) && now.GetValueOrDefault(cluster) is var later && later < shown)
                    {
                        _falls.Add($"silo {silo}, life {life}, cluster {cluster}: {shown}, then {later}");
                    }
                }
            }

            _newest[(silo, life, join)] = exposition;
        }
    }
}
