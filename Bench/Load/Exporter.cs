using System.Globalization;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Load;

/// <summary>An exporter that runs: all of its processes, and the store that only it uses.</summary>
internal sealed class Exporter : IAsyncDisposable
{
    private static readonly TimeSpan _startsWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(50);

    private readonly RedisServer? _redis;
    private List<int> _processes = [];

    private Exporter(ExporterProgram program, LoadParts parts, LoadOptions options)
    {
        _redis = program.IsOurs ? parts.Redis : null;
        IsOurs = program.IsOurs;
        Members =
        [
            .. Enumerable.Range(0, program.IsOurs ? options.Silos : 1)
                .Select(number => new SiloMember(number, program.IsOurs ? PlaceOfSilo(program, parts, options) : PlaceOfOther(program, parts))),
        ];
    }

    public bool IsOurs { get; }

    public IReadOnlyList<SiloMember> Members { get; }

    /// <summary>CPU time of its processes and of its store.</summary>
    public TimeSpan Cpu => (_redis is { } redis ? _processes.Append(redis.ProcessId) : _processes)
        .Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcessFigures.Cpu(id));

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<Exporter> StartAsync(ExporterProgram program, LoadParts parts, LoadOptions options, CancellationToken cancellationToken)
    {
        var exporter = new Exporter(program, parts, options);
        try
        {
            await exporter.ReadyAsync(cancellationToken);
            exporter._processes = [.. exporter.Members.SelectMany(m => ProcessFigures.Family(m.ProcessId))];
            return exporter;
        }
        catch
        {
            await exporter.DisposeAsync();
            throw;
        }
    }

    /// <summary>A size of its largest process in bytes: <c>VmHWM</c>, <c>VmRSS</c>.</summary>
    public long LargestBytes(string name) => _processes.Max(id => ProcessFigures.Bytes(id, name));

    /// <summary>SIGSTOP to all of it but its store.</summary>
    public void Freeze() => _processes.ForEach(id => Signals.Stop(id));

    /// <summary>SIGCONT.</summary>
    public void Thaw() => _processes.ForEach(id => Signals.Continue(id));

    /// <summary>Messages that have ended in an outcome. Ours alone tells it.</summary>
    public async Task<double> SettledAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(e => e.Sum(MetricNames.Messages), cancellationToken)).Sum();

    /// <summary>Batches in which messages were handed out. Ours alone tells it.</summary>
    public async Task<double> BatchesAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(e => e.Value(MetricNames.Batches), cancellationToken)).Sum();

    /// <summary>Interruptions that every process shows.</summary>
    public async Task<double> CountedAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(e => e.Sum(MetricNames.InterruptionEvents), cancellationToken)).Min();

    /// <summary>Ends its processes in order, so that all of their state is in its store.</summary>
    public Task StopAsync() => Task.WhenAll(Members.Select(m => m.TerminateAsync()));

    public async ValueTask DisposeAsync() => await Task.WhenAll(Members.Select(async m => await m.DisposeAsync()));

    private static SiloPlace PlaceOfSilo(ExporterProgram program, LoadParts parts, LoadOptions options)
    {
        var place = new SiloPlace(parts.Folder, "127.0.0.1", program.Command)
            .AsSilo()
            .OnEmulator(parts.Emulator.Host, ChaosEnvironment.Project)
            .With("SIE__STORAGE__PROVIDER", options.Storage.ToString())
            .With("SIE__STORAGE__PATH", parts.Data);

        // A build from before this setting refuses it.
        place = options.Clusters > new MetricsOptions().MaxClusters
            ? place.With("SIE__METRICS__MAX_CLUSTERS", options.Clusters.ToString(CultureInfo.InvariantCulture))
            : place;
        return parts.Redis is { } redis ? place.OnRedis(redis.ConnectionString) : place;
    }

    /// <summary>The original's configuration file; at its lowest level of logging.</summary>
    private static SiloPlace PlaceOfOther(ExporterProgram program, LoadParts parts)
    {
        var file = Path.Combine(parts.Folder, "config.yaml");
        var place = new SiloPlace(parts.Folder, "127.0.0.1", program.Command)
            .With("PUBSUB_EMULATOR_HOST", parts.Emulator.Host)
            .With("CONFIG_PATH", file);
        File.WriteAllText(file, $"""
            log_level: error
            project_name: {ChaosEnvironment.Project}
            cluster_name: bench
            pubsub:
              instance_creation_subscription_name: {Topics.SubscriptionOf(creations: true)}
              instance_interruption_subscription_name: {Topics.SubscriptionOf(creations: false)}
            prometheus:
              port: {place.MetricsPort}
              path: /metrics

            """);
        return place;
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(_beat);
        foreach (var member in Members)
        {
            while (await member.GetAsync(IsOurs ? "/healthz/ready" : "/metrics", cancellationToken) is null)
            {
                if (TimeProvider.System.GetElapsedTime(started) > _startsWithin)
                {
                    throw new InvalidOperationException($"It does not start; the end of its log: {Programs.Tail(member.Log)}");
                }

                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    /// <summary>A process that does not answer, as one may that has all cores busy, is asked again.</summary>
    private async Task<double[]> ReadAsync(Func<Exposition, double> of, CancellationToken cancellationToken) => await Task.WhenAll(Members.Select(async member =>
    {
        while (true)
        {
            if (await member.MetricsAsync(cancellationToken) is { } exposition)
            {
                return of(exposition);
            }

            if (member.HasEnded)
            {
                throw new InvalidOperationException($"A process has ended; the end of its log: {Programs.Tail(member.Log)}");
            }
        }
    }));
}
