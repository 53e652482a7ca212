using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansSie.Grains;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>A store that has lost a whole cluster.</summary>
public sealed class LostClusterTests : IDisposable
{
    private const string Lost = "p/europe-west1/lost";
    private const string Index = "cluster-index:all";

    private readonly LogRecorder _log = new();
    private readonly GrainMetrics _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _reported = new();
    private int _rollbacks;

    public LostClusterTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_metrics.Owns(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _rollbacks, (int)value));
        _listener.Start();
    }

    [Fact]
    public async Task Store_SetBackToATimeBeforeTheCluster_ShowsItNoMore_AndCountsItAsNewWhenItComesAgain()
    {
        await using var cluster = await StartAsync(silos: 2);
        await cluster.SendAsync(Created(cluster: "kept"));
        var backup = cluster.Storage.Copy();
        await LoseLaterAsync(cluster, "i", "j");
        using var silos = new ShownOn(cluster, _metrics);
        Assert.Equal(["kept 0, lost 2", "kept 0, lost 2"], await silos.ShownAsync());

        cluster.Storage.Restore(backup);
        cluster.Time.Advance(TimeSpan.FromSeconds(61));

        await Eventually.IsAsync(silos.ShownAsync, shown => shown.All(s => s == "kept 0"));
        Assert.Equal(1, _rollbacks);
        Assert.Equal(Lost, Assert.Single(LinesOf("ClusterLost")));

        // A creation alone registers it: no silo takes it for known.
        await cluster.SendAsync(CreatedLost());
        await Eventually.IsAsync(silos.ShownAsync, shown => shown.All(s => s == "kept 0, lost 0"));
        await cluster.SendAsync(InterruptedLost("k"));
        await Eventually.IsAsync(silos.ShownAsync, shown => shown.All(s => s == "kept 0, lost 1"));
        Assert.Equal(1, _rollbacks);
    }

    [Fact]
    public async Task Record_LostUnderALivingActivation_IsFoundWithinARound_AndTheIndexNamesItNoMore()
    {
        await using var cluster = await StartAsync(silos: 1);
        await cluster.SendAsync(Created(cluster: "kept"));
        await LoseLaterAsync(cluster, "i");
        using var silos = new ShownOn(cluster, _metrics);
        Assert.Equal(["kept 0, lost 1"], await silos.ShownAsync());

        cluster.Storage.Remove($"cluster:{Lost}");
        cluster.Time.Advance(TimeSpan.FromSeconds(61));

        await Eventually.IsAsync(silos.ShownAsync, shown => shown.All(s => s == "kept 0"));
        Assert.Equal(["p/europe-west1/kept"], cluster.Storage.Read<ClusterIndexState>(Index).Clusters.Keys);
        Assert.DoesNotContain($"cluster:{Lost}", cluster.Storage.Records.Keys);
        Assert.Equal(1, _rollbacks);
    }

    [Fact]
    public async Task Record_LostWhileNobodyRemembers_IsToldByTheIndexAlone()
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            await before.SendAsync(Created(cluster: "kept"));
            await LoseLaterAsync(before, "i");
        }

        storage.Remove($"cluster:{Lost}");
        await using var after = await StartAsync(silos: 1, storage);

        Assert.Equal("p/europe-west1/kept", Assert.Single((await after.ChangesAsync()).Clusters).Key);
        Assert.Equal(1, _rollbacks);
        Assert.Equal(Lost, Assert.Single(LinesOf("ClusterLost")));
    }

    [Fact]
    public async Task Index_ThatNoLongerNamesAClusterOfWhichTheRecordIsThere_NamesItAgain()
    {
        await using var cluster = await StartAsync(silos: 1);
        await cluster.SendAsync(Created(cluster: "kept"));
        await LoseLaterAsync(cluster, "i");
        using var silos = new ShownOn(cluster, _metrics);
        Assert.Equal(["kept 0, lost 1"], await silos.ShownAsync());

        // A report that is still to come would name it again.
        await Eventually.IsAsync(
            () => Task.FromResult(_reported.GetValueOrDefault(Lost)), version => version == cluster.Storage.Read<ClusterState>($"cluster:{Lost}").Version);
        cluster.Storage.Put(Index, "{\"s\":1,\"c\":{\"p/europe-west1/kept\":{}}}");

        await Eventually.IsAsync(
            async () =>
            {
                Assert.Equal(["kept 0, lost 1"], await silos.ShownAsync());
                return cluster.Storage.Read<ClusterIndexState>(Index).Clusters.Keys;
            },
            names => names.Contains(Lost));
        Assert.Equal(1, _rollbacks);
        Assert.Equal(Lost, Assert.Single(LinesOf("ClusterNameLost")));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
        _log.Dispose();
    }

    private Task<GrainCluster> StartAsync(short silos, TestStorage? storage = null) => GrainCluster.StartAsync(storage, silos, configure: silo =>
    {
        silo.Services.AddSingleton(_metrics);
        silo.Services.AddSingleton<ILogger<ClusterIndexGrain>>(new Logger<ClusterIndexGrain>(_log));
        silo.AddIncomingGrainCallFilter(async call =>
        {
            await call.Invoke();
            if (call.InterfaceMethod?.Name == nameof(IClusterIndexGrain.Report) && call.Request.GetArgument(0) is ClusterSnapshot snapshot)
            {
                _reported[snapshot.Key] = snapshot.Version;
            }
        });
    });

    private static async Task LoseLaterAsync(GrainCluster cluster, params string[] interruptions)
    {
        await cluster.SendAsync(CreatedLost());
        foreach (var id in interruptions)
        {
            await cluster.SendAsync(InterruptedLost(id));
        }
    }

    private static InstanceEvent CreatedLost() => Created("create-lost", cluster: "lost") with { Instance = $"{Instance}-lost" };

    private static InstanceEvent InterruptedLost(string id) => Interrupted(id) with { Instance = $"{Instance}-lost" };

    /// <summary>The clusters that lines of one event name.</summary>
    private List<string> LinesOf(string name) =>
        [.. _log.Lines.Where(l => l.Event.Name == name && l.Level == LogLevel.Error).Select(l => l.Text.Split(' ').First(w => w.StartsWith("p/", StringComparison.Ordinal)).TrimEnd(':'))];
}
