using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.EndToEnd.LocalSilo;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>
/// A silo that was away comes back to two backlogs. No order holds creations and interruptions together, so many interruptions are
/// read before the creation that explains them.
/// </summary>
public sealed class BacklogTests
{
    private const int Instances = 2_000;

    [SystemFact]
    public async Task BothBacklogs_WaitingAtTheStartOnAnEmptyStore_AreAllCounted()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path, broker =>
        {
            Fill(broker, Creations, i => Entries.Creation($"node-{i}"));
            Fill(broker, Interruptions, i => Entries.Interruption($"node-{i}", $"op-{i}"));
        });

        var metrics = await silo.SettledAsync(m => m.Interruptions("fake-cluster") == Instances && Settled(m) >= 2 * Instances);

        // Where an instance takes longer than its dispatcher waits, its event is taken to it again and may end as a duplicate.
        Assert.Equal(2 * Instances, metrics.Messages("created") + metrics.Messages("counted") + metrics.Messages("waiting") + metrics.Messages("duplicate"));
        Assert.Equal(2 * Instances, Settled(metrics));
        Assert.Equal(0, metrics.Of("sie_delivery_failures_total").Values.Sum());
    }

    [SystemFact]
    public async Task Interruptions_AllReadBeforeTheirCreations_AreAllCounted()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path, broker => Fill(broker, Interruptions, i => Entries.Interruption($"node-{i}", $"op-{i}")));
        await silo.SettledAsync(m => m.Messages("waiting") + m.Messages("duplicate") == Instances);

        await silo.PubSub.PublishAsync(Creations, [.. Enumerable.Range(0, Instances).Select(i => Entries.Creation($"node-{i}"))]);

        var metrics = await silo.SettledAsync(m => m.Interruptions("fake-cluster") == Instances && Settled(m) >= 2 * Instances);
        Assert.Equal(2 * Instances, metrics.Messages("created") + metrics.Messages("waiting") + metrics.Messages("duplicate"));
    }

    private static void Fill(LocalBroker broker, string topic, Func<int, string> message)
    {
        foreach (var batch in Enumerable.Range(0, Instances).Chunk(500))
        {
            broker.Publish(
                $"projects/local-project/topics/{topic}", [.. batch.Select(i => new PubsubMessage { Data = ByteString.CopyFromUtf8(message(i)) })]);
        }
    }

    private static double Settled(Exposition metrics) => metrics.Of("sie_messages_total").Values.Sum();
}
