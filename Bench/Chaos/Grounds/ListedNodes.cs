using System.Globalization;
using System.Net;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing.Compute;
using OrleansSie.Testing.Proxies;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>
/// A Compute API with nodes that start and end while the faults run. A step waits until a silo shows the one before, so it is known between
/// which two listings a node ended. The nodes are in the project whose subscriptions are pulled; those of the mix are in another one.
/// </summary>
internal sealed class ListedNodes : IAsyncDisposable
{
    /// <summary>The one zone of the nodes.</summary>
    public const string Zone = "europe-west1-b";

    /// <summary>Machine type of nodes that run to the end.</summary>
    public const string Lasting = "n2d-standard-8";

    /// <summary>Machine type of nodes that end.</summary>
    public const string Ending = "c2-standard-4";

    private const string Cluster = "listed";
    private const string Location = "europe-west1";

    // By these no number of running nodes comes twice: 1, 6, 11, 9, 14, 12 and so on.
    private const int LastingInAStep = 3;
    private const int EndingInAStep = 2;

    // A listing that begins after the start then always has the node.
    private static readonly TimeSpan _ahead = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(500);

    private readonly FakeCompute _api;
    private readonly TcpProxy? _proxy;
    private readonly List<NodeLife> _lives = [];
    private readonly CancellationTokenSource _resting = new();
    private Task _playing = Task.CompletedTask;

    private ListedNodes(FakeCompute api, IPAddress? address)
    {
        _api = api;
        _proxy = address is null ? null : TcpProxy.Start("127.0.0.1", new Uri(api.Endpoint).Port, address: address);
    }

    /// <summary>Where silos reach it.</summary>
    public string Endpoint => _proxy is null ? _api.Endpoint : $"http://{_proxy.EndPoint}";

    /// <param name="address">An address for silos with networks of their own; null for loopback.</param>
    public static async Task<ListedNodes> StartAsync(IPAddress? address)
    {
        var nodes = new ListedNodes(await FakeCompute.StartAsync(), address);

        // What ran before the zone's first listing counts for nothing; this one is compared with nothing.
        nodes.Add("e2-small");
        nodes.Show();
        return nodes;
    }

    /// <summary>What the silos have to show of the nodes' cluster: no interruption.</summary>
    public static void AddTo(Model model)
    {
        var key = new ClusterKey(ChaosEnvironment.Project, Location, Cluster).ToString();
        model.Figures.Add(key, null, 0);
        model.Figures.Index.Add(key);
        model.Preemptions.TryAdd(Cluster, 0);
    }

    /// <summary>Begins to start and end nodes.</summary>
    public void Play(SiloFleet fleet) => _playing = PlayAsync(fleet, _resting.Token);

    /// <summary>Nothing starts, ends or is listed any more.</summary>
    public async Task RestAsync()
    {
        await _resting.CancelAsync();
        await _playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _api.Answer = _ => new FakeAnswer { Status = HttpStatusCode.Forbidden, Reason = "forbidden" };
    }

    /// <summary>How long the nodes of a machine type have run until a time, and by how much the samples may differ from it; in seconds.</summary>
    public (double Truth, double Bound) SecondsUntil(DateTimeOffset until, string machineType)
    {
        var lives = _lives.Where(life => life.MachineType == machineType && life.StartedAt < until).ToList();

        // Each listing drops less than a millisecond a node.
        return (
            lives.Sum(life => ((life.EndedAt is { } ended && ended < until ? ended : until) - life.StartedAt).TotalSeconds),
            lives.Sum(life => life.EndedAt is null ? 0 : ((life.UnseenAt ?? until) - life.SeenAt).TotalSeconds) + (0.001 * lives.Count * _api.Listings));
    }

    public async ValueTask DisposeAsync()
    {
        await RestAsync();
        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _api.DisposeAsync();
        _resting.Dispose();
    }

    private async Task PlayAsync(SiloFleet fleet, CancellationToken cancellationToken)
    {
        await ShownAsync(fleet, cancellationToken);
        List<NodeLife> older = [];
        while (true)
        {
            for (var i = 0; i < LastingInAStep; i++)
            {
                Add(Lasting);
            }

            List<NodeLife> newest = [.. Enumerable.Range(0, EndingInAStep).Select(_ => Add(Ending))];
            Show();
            await ShownAsync(fleet, cancellationToken);
            foreach (var life in older)
            {
                life.SeenAt = newest[^1].StartedAt;
                life.EndedAt = TimeProvider.System.GetUtcNow();
            }

            Show();
            await ShownAsync(fleet, cancellationToken);
            foreach (var life in older)
            {
                life.UnseenAt = TimeProvider.System.GetUtcNow();
            }

            older = newest;
        }
    }

    private NodeLife Add(string machineType)
    {
        var now = TimeProvider.System.GetUtcNow() + _ahead;
        var life = new NodeLife(_lives.Count, machineType, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()));
        _lives.Add(life);
        return life;
    }

    /// <summary>Lists what has not ended.</summary>
    private void Show() => _api.PutInstances(ChaosEnvironment.Project, _lives.Where(life => life.EndedAt is null).Select(life =>
        new FakeInstance(Zone, $"gke-listed-{life.Number}", 5_000_000_000_000_000_000 + (ulong)life.Number)
        {
            Cluster = Cluster,
            Location = Location,
            MachineType = life.MachineType,
            CreatedAt = life.StartedAt.ToString("yyyy-MM-ddTHH:mm:ss.fffK", CultureInfo.InvariantCulture),
        }));

    /// <summary>Waits until a silo shows as many nodes as run.</summary>
    private async Task ShownAsync(SiloFleet fleet, CancellationToken cancellationToken)
    {
        var running = _lives.Count(life => life.EndedAt is null);
        using var timer = new PeriodicTimer(_period);
        while (true)
        {
            foreach (var member in fleet.Members)
            {
                if (await member.MetricsAsync(cancellationToken) is { } shown && shown.Sum(MetricNames.Nodes) == running)
                {
                    return;
                }
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}

/// <summary>One node.</summary>
/// <param name="Number">Counted from 0.</param>
/// <param name="MachineType">Its machine type.</param>
/// <param name="StartedAt">When it started.</param>
internal sealed record NodeLife(int Number, string MachineType, DateTimeOffset StartedAt)
{
    /// <summary>The last listing with it is no earlier: it showed nodes that started then.</summary>
    public DateTimeOffset SeenAt { get; set; } = StartedAt;

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The first listing without it is no later; null while that is not known.</summary>
    public DateTimeOffset? UnseenAt { get; set; }
}
