using System.Collections.Concurrent;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>
/// When an instance writes its record: once before anything is counted, unless that record holds already all that decides where it is counted,
/// and once after it, whatever the number of events.
/// </summary>
public sealed class InstanceWritesTests
{
    private const string Record = $"instance:{Instance}";
    private const string Count = $"cluster:{Cluster}";

    private readonly ConcurrentQueue<Interruption> _added = [];

    [Fact]
    public async Task Interruption_OfAKnownId_IsCountedBeforeItIsWritten() =>
        Assert.Equal([Count, Record], await WritesOfAsync([Created(instanceId: 1)], Interrupted(instanceId: 1)));

    [Fact]
    public async Task Interruption_WhoseIncarnationTakesItsIdNow_IsWrittenBeforeItIsCounted() =>
        Assert.Equal([Record, Count, Record], await WritesOfAsync([Created()], Interrupted(instanceId: 1)));

    [Fact]
    public async Task Interruption_WithoutAnId_IsWrittenBeforeItIsCounted() =>
        Assert.Equal([Record, Count, Record], await WritesOfAsync([Created(instanceId: 1)], Interrupted()));

    [Fact]
    public async Task Interruption_OfAKnownIdWhoseClusterComesWithTheCall_IsWrittenBeforeItIsCounted() =>
        Assert.Equal(
            [Record, Count, Record],
            await WritesOfAsync([Created(instanceId: 1), Interrupted("waiting", 2)], Created("create-2", 2), Interrupted(instanceId: 2), Interrupted("other", 2)));

    [Fact]
    public async Task Interruption_OfAKnownIdBesideAnythingElseThatChanges_IsWrittenBeforeItIsCounted()
    {
        Assert.Equal([Record, Count, Record], await WritesOfAsync([Created(instanceId: 1)], Deleted(instanceId: 1, at: Noon.AddMinutes(1)), Interrupted(instanceId: 1)));
        Assert.Equal([Record, Count, Record], await WritesOfAsync([Created(instanceId: 1)], Interrupted(instanceId: 1), Interrupted("stranger", 2)));
    }

    [Fact]
    public async Task Interruption_OfATrimmedId_IsWrittenBeforeItIsCounted()
    {
        InstanceEvent[] lives = [.. Enumerable.Range(1, 17).Select(i => Created($"create-{i}", (ulong)i, Noon.AddMinutes(i)))];

        Assert.Equal([Record, Count, Record], await WritesOfAsync(lives, Interrupted(instanceId: 1, at: Noon.AddHours(1))));
    }

    [Fact]
    public async Task Interruptions_OfOneCall_ShareTheirWrites()
    {
        await using var cluster = await StartAsync();
        await cluster.SendAsync(Created(instanceId: 1));
        var before = cluster.Storage.Writes.Count;

        var outcomes = await cluster.InstanceOf(Instance).Handle([Interrupted("i", 1), Interrupted("j", 1), Interrupted("i", 1), Interrupted("k", 1)]);

        Assert.Equal([Outcome.counted, Outcome.counted, Outcome.duplicate, Outcome.counted], outcomes);
        Assert.Equal(Record, Assert.Single(cluster.Storage.Writes.Skip(before), w => w.Record == Record).Record);
        Assert.Equal(3, await cluster.PreemptionsAsync(Cluster));
        Assert.Equal(["i", "j", "k"], _added.Select(a => a.Id).Order());
    }

    [Fact]
    public async Task Events_OfOneCall_HaveTheirEffectsInTheirOrder()
    {
        await using var cluster = await StartAsync();

        var outcomes = await cluster.InstanceOf(Instance).Handle(
            [Created(instanceId: 1, at: Noon), Interrupted("i", 1, Noon.AddMinutes(1)), Deleted(instanceId: 1, at: Noon.AddMinutes(2)), Created(instanceId: 1, at: Noon)]);

        Assert.Equal([Outcome.created, Outcome.counted, Outcome.deleted, Outcome.duplicate], outcomes);
        Assert.Equal(2, cluster.Storage.Writes.Count(w => w.Record == Record));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Interruption_WhoseWriteAfterTheCountFails_IsCountedOnce_UnderItsFirstLabels()
    {
        await using var cluster = await StartAsync();
        var creation = Created(instanceId: 1);
        await cluster.SendAsync(creation with { Description = creation.Description! with { MachineType = "" } });
        cluster.Storage.BeforeWrite = record => record == Record ? throw new IOException("store away") : Task.CompletedTask;

        await Assert.ThrowsAnyAsync<Exception>(() => cluster.InstanceOf(Instance).Handle([Interrupted(instanceId: 1)]));
        cluster.Storage.BeforeWrite = _ => Task.CompletedTask;
        Assert.DoesNotContain("interrupt-1", cluster.Storage.Records[Record], StringComparison.Ordinal);
        await cluster.InstanceOf(Instance).Observe(new InstanceObservation(1, Noon, Noon, creation.Description!));

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted(instanceId: 1)));
        Assert.Equal(["", "n2d-standard-8"], _added.Select(a => a.Labels.Pool.MachineType));
        var total = Assert.Single((await cluster.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false)).Totals, t => t.Count > 0);
        Assert.Equal(("", 1), (total.Labels.Pool.MachineType, total.Count));
    }

    [Fact]
    public async Task Interruption_WhoseRecordExpiresBeforeTheCountIsNoted_IsCountedOnceInTheEnd()
    {
        await using var cluster = await StartAsync();
        await cluster.SendAsync(Created(instanceId: 1));
        cluster.Storage.BeforeWrite = record =>
        {
            if (record == Record)
            {
                cluster.Storage.BeforeWrite = _ => Task.CompletedTask;
                cluster.Storage.Expire(Record);
            }

            return Task.CompletedTask;
        };

        Assert.Equal(Outcome.waiting, await cluster.SendAsync(Interrupted(instanceId: 1)));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
        Assert.Equal(Outcome.created, await cluster.SendAsync(Created("create-2", 1)));

        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted(instanceId: 1)));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Interruption_ThatACallCouldNotCount_IsCountedOnceByTheNext()
    {
        await using var cluster = await StartAsync();
        await cluster.SendAsync(Created(instanceId: 1));
        cluster.Storage.BeforeWrite = record => record == Count ? throw new IOException("store away") : Task.CompletedTask;

        await Assert.ThrowsAnyAsync<Exception>(() => cluster.InstanceOf(Instance).Handle([Interrupted("i", 1)]));
        cluster.Storage.BeforeWrite = _ => Task.CompletedTask;

        await Eventually.IsAsync(() => cluster.SendAsync(Interrupted("j", 1)), outcome => outcome is Outcome.counted or Outcome.duplicate);
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("i", 1)));
        Assert.Equal(2, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Interruption_TellsItsClusterAgeAndOperation()
    {
        await using var cluster = await StartAsync();
        await cluster.SendAsync(Created("dated", 1, Noon));
        await cluster.SendAsync(Created("undated", 2));

        await cluster.SendAsync(Interrupted("i", 1, Noon.AddSeconds(90.7)) with { Operation = "systemevent-1" });
        await cluster.SendAsync(Interrupted("before its creation", 1, Noon.AddSeconds(-1)));
        await cluster.SendAsync(Interrupted("of unknown age", 2, Noon.AddSeconds(90)));

        Assert.Equal(
            [("i", TimeSpan.FromSeconds(90), "systemevent-1"), ("before its creation", null, ""), ("of unknown age", null, "")],
            _added.Select(a => (a.Id, a.Age, a.Operation)));
    }

    /// <summary>What is written of instance and cluster while these events are handled in one call after those were.</summary>
    private async Task<string[]> WritesOfAsync(InstanceEvent[] before, params InstanceEvent[] events)
    {
        await using var cluster = await StartAsync();
        foreach (var e in before)
        {
            await cluster.SendAsync(e);
        }

        var writes = cluster.Storage.Writes.Count;
        await cluster.InstanceOf(Instance).Handle(events);
        return [.. cluster.Storage.Writes.Skip(writes).Select(w => w.Record).Where(r => r is Record or Count).Aggregate(new List<string>(), Merge)];
    }

    /// <summary>A cluster may take several commits for what one call has for it.</summary>
    private static List<string> Merge(List<string> writes, string next)
    {
        if (next != Count || writes.LastOrDefault() != Count)
        {
            writes.Add(next);
        }

        return writes;
    }

    private Task<GrainCluster> StartAsync() => GrainCluster.StartAsync(configure: silo => silo.AddIncomingGrainCallFilter(context =>
    {
        if (context.TargetId.Type.ToString() == "cluster" && context.Request.GetArgumentCount() > 0 && context.Request.GetArgument(0) is ClusterEffects effects)
        {
            foreach (var interruption in effects.Interruptions)
            {
                _added.Enqueue(interruption);
            }
        }

        return context.Invoke();
    }));
}
