using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Tests.Metrics.Hour;

/// <summary>
/// An hour of two GKE clusters and of the silos that count for them, and half an hour before it. Each silo is scraped once a minute. The
/// documents are written as one OpenMetrics file with the labels and times that Prometheus gives. answers.json has what follows from it.
/// </summary>
internal sealed class ScriptedHour : IAsyncDisposable
{
    /// <summary>The first scrapes; the nodes are half an hour old.</summary>
    public static readonly DateTimeOffset Begin = new(2040, 1, 2, 11, 30, 0, TimeSpan.Zero);

    /// <summary>Half a minute after the last scrapes. Nothing has changed for two minutes, nor had an hour before: rules record at any second.</summary>
    public static readonly DateTimeOffset Over = new(2040, 1, 2, 13, 2, 30, TimeSpan.Zero);

    private static readonly Pool _shopB = new("shop", "europe-west1", "spot-n2d", "europe-west1-b", "n2d-standard-8");
    private static readonly Pool _shopC = _shopB with { Zone = "europe-west1-c" };
    private static readonly Pool _shopT2d = _shopB with { Name = "spot-t2d", MachineType = "t2d-standard-8" };
    private static readonly Pool _batch = new("batch", "us-central1", "spot-c3", "us-central1-a", "c3-standard-8");

    private readonly Dictionary<int, FakeInstance> _running = [];
    private readonly Dictionary<InProcessSiloHandle, string> _scraped = [];
    private readonly StringBuilder _file = new();
    private readonly HourSilos _silos;
    private int _silosSoFar;
    private string[] _late = [];

    private ScriptedHour(HourSilos silos) => _silos = silos;

    /// <summary>Lets it pass, and writes the file.</summary>
    /// <returns>The cluster-wide series of each silo at the end.</returns>
    public static async Task<IReadOnlyList<string>> RecordAsync(string file)
    {
        await using var hour = new ScriptedHour(await HourSilos.StartAsync(Begin));
        await hour.PassAsync();
        await File.WriteAllTextAsync(file, hour._file.Append("# EOF\n").ToString());
        return [.. hour._scraped.Keys.Select(silo => silo.ServiceProvider.GetRequiredService<ClusterSeries>().TextOf(ExpositionForm.text))];
    }

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    private async Task PassAsync()
    {
        await BeginAsync();
        await LoseNodesAsync();
        await LoseTheLeadingSiloAsync();
        await LoseManyNodesAsync();
        await UntilAsync("13:02:00");
        foreach (var silo in _scraped.Keys)
        {
            await ScrapeAsync(silo);
        }
    }

    private async Task BeginAsync()
    {
        string[] creations =
        [
            .. Start(_shopB, "11:00:00", 1, 10), .. Start(_shopC, "11:00:00", 11, 20), .. Start(_shopT2d, "11:00:00", 21, 30),
            .. Start(_batch, "11:00:00", 31, 50),
        ];
        await _silos.DeployAsync();
        await _silos.PublishAsync(Topics.Creations, creations);
        foreach (var silo in _silos.Silos)
        {
            BeginToScrape(silo);
        }
    }

    /// <summary>For several reasons. Some entries are late, some come twice. Listings are at each fifth minute.</summary>
    private async Task LoseNodesAsync()
    {
        await LoseAsync("11:45:30", "preempted", 1, 2);
        await UntilAsync("12:05:30");
        _late = End("preempted", 27, 28, 29, 30);
        var twice = await LoseAsync("12:10:30", "preempted", 3, 4);
        await UntilAsync("12:11:30");
        await _silos.PublishAsync(Topics.Creations, [.. Start(_shopB, "12:11:00", 51, 52)]);
        await UntilAsync("12:12:30");
        await _silos.PublishAsync(Topics.Interruptions, twice);
        await LoseAsync("12:15:30", "hostError", 11);
        await LoseAsync("12:20:30", "terminateOnHostMaintenance", 21);
        await LoseAsync("12:22:30", "guestTerminate", 22);
        await LoseAsync("12:25:30", "preempted", 51);
    }

    /// <summary>A silo is scraped with a count that no other one has shown, and dies. Its project's worker goes to another silo, and lists.</summary>
    private async Task LoseTheLeadingSiloAsync()
    {
        await LoseAsync("12:32:30", "preempted", 12);
        var leading = await _silos.WorkersAsync();
        await ScrapeAsync(leading);
        _scraped.Remove(leading);
        await _silos.KillAsync(leading);
        _silos.MoveTo(At("12:33:00"));
        await _silos.ListedAsync();
        await UntilAsync("12:36:30");
        BeginToScrape(await _silos.AddAsync());
    }

    private async Task LoseManyNodesAsync()
    {
        // An instance that nothing describes makes the worker list at once, and each fifth minute from then on.
        await UntilAsync("12:39:45");
        _silos.MoveTo(At("12:40:00"));
        var unknown = new FakeInstance("us-central1-a", "unknown", 99);
        await _silos.PublishAsync(Topics.Interruptions, NodeEntries.InterruptionOf(unknown, HourSilos.Project, "preempted", _silos.Now));
        await _silos.ListedAsync();

        // What was held up for 40 minutes is counted now, and is no storm. A creation comes twice.
        await UntilAsync("12:45:30");
        await _silos.PublishAsync(Topics.Interruptions, _late);
        await _silos.PublishAsync(Topics.Creations, NodeEntries.CreationOf(_running[52], HourSilos.Project));
        await LoseAsync("12:51:30", "preempted", 31, 32, 33);
        await LoseAsync("12:53:30", "preempted", 34, 35, 36);

        // A GKE cluster looks at its losses at most every five seconds; it may have looked before these were counted.
        _silos.MoveTo(At("12:53:35"));
        await _silos.ShownAsync($"{MetricNames.ClusterStorm}{{project_id=\"{HourSilos.Project}\",location=\"us-central1\",kubernetes_cluster=\"batch\"}} 1");
    }

    /// <summary>Lets time pass. In each minute the nodes are listed first, where that is due; then one silo after the other is scraped.</summary>
    private async Task UntilAsync(string time)
    {
        for (var at = At(time); _silos.Now < at;)
        {
            var minute = _silos.Now.AddSeconds(-_silos.Now.Second);
            if (_silos.Now == minute)
            {
                foreach (var silo in _scraped.Keys.OrderBy(silo => _scraped[silo], StringComparer.Ordinal))
                {
                    _silos.MoveTo(_silos.Now.AddSeconds(5));
                    await ScrapeAsync(silo);
                }
            }

            _silos.MoveTo(at < minute.AddMinutes(1) ? at : minute.AddMinutes(1));
            if (IsListed(_silos.Now))
            {
                await _silos.ListedAsync();
            }
        }
    }

    private static bool IsListed(DateTimeOffset now) => now < At("12:33:00") || now >= At("12:40:00")
        ? now is { Second: 0 } && now.Minute % 5 == 0
        : now == At("12:38:00");

    private async Task ScrapeAsync(InProcessSiloHandle silo)
    {
        var labels = $"instance=\"{_scraped[silo]}\",job=\"sie\"}}";
        var time = _silos.Now.ToUnixTimeSeconds();
        foreach (var line in (await HourSilos.DocumentAsync(silo)).Split('\n').Append("up 1").Where(line => line.Length > 0 && line[0] != '#'))
        {
            var end = line.LastIndexOf(' ');
            var series = line[end - 1] == '}' ? line[..(end - 1)] + "," : line[..end] + "{";
            _file.Append(CultureInfo.InvariantCulture, $"{series}{labels}{line[end..]} {time}\n");
        }
    }

    private void BeginToScrape(InProcessSiloHandle silo) => _scraped.Add(silo, $"sie-{_silosSoFar++}");

    /// <summary>Nodes start; their entries.</summary>
    private List<string> Start(Pool pool, string time, int first, int last)
    {
        var entries = new List<string>();
        for (var number = first; number <= last; number++)
        {
            var node = new FakeInstance(pool.Zone, $"gke-{pool.Cluster}-{pool.Name}-{number}", (ulong)number)
            {
                Cluster = pool.Cluster,
                Location = pool.Location,
                NodePool = pool.Name,
                MachineType = pool.MachineType,
                CreatedAt = NodeEntries.TextOf(At(time)),
            };
            _running.Add(number, node);
            entries.Add(NodeEntries.CreationOf(node, HourSilos.Project));
        }

        _silos.Run(_running.Values);
        return entries;
    }

    /// <summary>Nodes end now; their entries.</summary>
    private string[] End(string verb, params int[] numbers)
    {
        string[] entries = [.. numbers.Select(number => NodeEntries.InterruptionOf(_running[number], HourSilos.Project, verb, _silos.Now))];
        Array.ForEach(numbers, number => _running.Remove(number));
        _silos.Run(_running.Values);
        return entries;
    }

    private async Task<string[]> LoseAsync(string time, string verb, params int[] numbers)
    {
        await UntilAsync(time);
        var entries = End(verb, numbers);
        await _silos.PublishAsync(Topics.Interruptions, entries);
        return entries;
    }

    private static DateTimeOffset At(string time) => new(Begin.UtcDateTime.Date + TimeSpan.Parse(time, CultureInfo.InvariantCulture), TimeSpan.Zero);

    /// <summary>Nodes of the same labels.</summary>
    private sealed record Pool(string Cluster, string Location, string Name, string Zone, string MachineType);
}
