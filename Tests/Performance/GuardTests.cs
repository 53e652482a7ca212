using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Bench.Load;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using OrleansSie.Tests.EndToEnd;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.Performance;

using Events = OrleansSie.Tests.Grains.Events;

/// <summary>What the process allocates is everybody's, so nothing runs beside these tests.</summary>
[CollectionDefinition(nameof(GuardTests), DisableParallelization = true)]
public sealed class Guarded;

/// <summary>
/// What an event costs, in figures that a busy machine does not change. Who makes one of them worse on purpose changes its bound here; who
/// makes it better lowers the bound. docs/evidence/performance.md has the times.
/// </summary>
[Collection(nameof(GuardTests))]
public sealed class GuardTests
{
    /// <summary>A creation of an instance that nobody knew: one read, one write.</summary>
    private static readonly Cost _creation = new(AllocatedBytes: 21_000, GrainCalls: 2.1, Reads: 1.01, Writes: 1.01, WrittenBytes: 280);

    /// <summary>An interruption of an instance that is known, with its cluster's part.</summary>
    private static readonly Cost _interruption = new(AllocatedBytes: 24_000, GrainCalls: 1.8, Reads: 1.01, Writes: 1.5, WrittenBytes: 1_300);

    /// <summary>Bytes that the whole program allocates for one creation, from the message to the acknowledgement.</summary>
    private const double WholeCreation = 33_000;

    /// <summary>The same for one interruption.</summary>
    private const double WholeInterruption = 45_000;

    private const int Instances = 3_000;
    private const int First = 500;
    private const int Clusters = 8;
    private const int Batch = 64;
    private const int ShardsAtOnce = 4;

    private static readonly DateTimeOffset _created = Events.Noon;

    [Fact]
    public async Task Event_InTheGrains_CostsNoMoreThanItsBound()
    {
        var calls = new GrainCalls();
        var reads = 0;
        var storage = new TestStorage
        {
            BeforeRead = _ =>
            {
                Interlocked.Increment(ref reads);
                return Task.CompletedTask;
            },
        };
        await using var cluster = await GrainCluster.StartAsync(storage, configure: silo => silo.Services.AddSingleton<IIncomingGrainCallFilter>(calls));

        // What the silo itself calls, as the stream's consumer does: nothing is copied on the way in.
        var grains = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        await SettleAsync(grains, calls, ..First, created: true);
        await SettleAsync(grains, calls, ..First, created: false);

        var creation = await MeasureAsync(created: true);
        var interruption = await MeasureAsync(created: false);

        List<string> above = [.. creation.Above(_creation).Select(a => $"creation: {a}"), .. interruption.Above(_interruption).Select(a => $"interruption: {a}")];
        Assert.True(above.Count == 0, string.Join('\n', above));

        async Task<Cost> MeasureAsync(bool created)
        {
            var before = Now();
            await SettleAsync(grains, calls, First..(First + Instances), created);
            var after = Now();
            return new Cost(
                (after.AllocatedBytes - before.AllocatedBytes) / Instances,
                (after.GrainCalls - before.GrainCalls) / Instances,
                (after.Reads - before.Reads) / Instances,
                (after.Writes - before.Writes) / Instances,
                (after.WrittenBytes - before.WrittenBytes) / Instances);
        }

        Cost Now() => new(
            GC.GetTotalAllocatedBytes(precise: true), calls.Count, Volatile.Read(ref reads), storage.Writes.Count, storage.Writes.Sum(w => (double)w.Bytes));
    }

    [Fact]
    public async Task Event_ThroughTheWholeProgram_AllocatesNoMoreThanItsBound()
    {
        using var folder = new TemporaryFolder();
        LocalBroker? broker = null;
        await using var silo = await LocalSilo.StartAsync(folder.Path, b => broker = b);
        var workload = new Workload(Clusters);
        await AllocatedAsync(..First, creations: true);
        await AllocatedAsync(..First, creations: false);

        var creation = await AllocatedAsync(First..(First + Instances), creations: true);
        var interruption = await AllocatedAsync(First..(First + Instances), creations: false);

        Assert.InRange(creation, 1, WholeCreation);
        Assert.InRange(interruption, 1, WholeInterruption);
        Assert.Equal(First + Instances, await Eventually.IsAsync(
            async () => (await silo.MetricsAsync()).Of("interruption_events_total").Values.Sum(), count => count == First + Instances));

        async Task<double> AllocatedAsync(Range instances, bool creations)
        {
            var messages = workload.Entries(instances, creations).ConvertAll(e => new PubsubMessage { Data = ByteString.CopyFrom(e) });
            var before = GC.GetTotalAllocatedBytes(precise: true);
            foreach (var request in messages.Chunk(First))
            {
                broker!.Publish($"projects/local-project/topics/{(creations ? LocalSilo.Creations : LocalSilo.Interruptions)}", request);
            }

            await Eventually.IsAsync(() => Task.FromResult(silo.Outstanding), outstanding => outstanding == 0);
            return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)messages.Count;
        }
    }

    /// <summary>Takes events to their dispatchers, some shards at once and each batch by batch, until their clusters have heard of all.</summary>
    private static async Task SettleAsync(IGrainFactory grains, GrainCalls calls, Range instances, bool created)
    {
        var (first, count) = instances.GetOffsetAndLength(int.MaxValue);
        var confirmed = calls.Confirmed;
        var shards = Enumerable.Range(first, count).Select(i => created ? Creation(i) : Interruption(i)).GroupBy(e => InstanceShard.Of(e.Instance));
        await Parallel.ForEachAsync(shards, new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce }, async (shard, _) =>
        {
            foreach (var batch in shard.Chunk(Batch))
            {
                Assert.All(await grains.GetGrain<IDispatcherGrain>(shard.Key).Dispatch(batch), o => Assert.Equal(created ? Outcome.created : Outcome.counted, o));
            }
        });
        await Eventually.IsAsync(() => Task.FromResult(calls.Confirmed - confirmed), c => created || c >= count);
    }

    private static InstanceEvent Creation(int number) =>
        Events.Created($"create-{number}", Id(number), _created, $"cluster-{number % Clusters}") with { Instance = Instance(number) };

    private static InstanceEvent Interruption(int number) =>
        Events.Interrupted($"interrupt-{number}", Id(number), _created.AddHours(1)) with { Instance = Instance(number) };

    private static string Instance(int number) => $"projects/p/zones/europe-west1-c/instances/gke-{number}";

    private static ulong Id(int number) => 4_000_000_000_000_000_000 + (ulong)number;
}

/// <summary>What one event costs on average.</summary>
/// <param name="AllocatedBytes">Bytes that the process allocated.</param>
/// <param name="GrainCalls">Calls that grains received.</param>
/// <param name="Reads">Records that were read from the store.</param>
/// <param name="Writes">Records that were written.</param>
/// <param name="WrittenBytes">Bytes of those.</param>
internal sealed record Cost(double AllocatedBytes, double GrainCalls, double Reads, double Writes, double WrittenBytes)
{
    /// <summary>Each figure that is above its bound, in words; empty if none is.</summary>
    public IReadOnlyList<string> Above(Cost bound) =>
    [
        .. new (string Name, double Value, double Bound)[]
        {
            ("bytes allocated", AllocatedBytes, bound.AllocatedBytes),
            ("grain calls", GrainCalls, bound.GrainCalls),
            ("reads of the store", Reads, bound.Reads),
            ("writes to the store", Writes, bound.Writes),
            ("bytes written", WrittenBytes, bound.WrittenBytes),
        }.Where(f => f.Value > f.Bound).Select(f => $"{f.Name} an event: {f.Value:F2}, at most {f.Bound}"),
    ];
}

/// <summary>Counts the calls that grains of the product receive, and the confirmations in them.</summary>
internal sealed class GrainCalls : IIncomingGrainCallFilter
{
    private int _count;
    private int _confirmed;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Interruptions that clusters were told to be recorded at their instances.</summary>
    public int Confirmed => Volatile.Read(ref _confirmed);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var contract = context.InterfaceMethod.DeclaringType!;
        if (contract.Assembly == typeof(IInstanceGrain).Assembly)
        {
            Interlocked.Increment(ref _count);
            if (context.InterfaceMethod.Name == nameof(IClusterGrain.Confirm))
            {
                Interlocked.Add(ref _confirmed, ((IReadOnlyList<string>)context.Request.GetArgument(0)!).Count);
            }
        }

        return context.Invoke();
    }
}
