using System.Text;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.EndToEnd.LocalSilo;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>The product, seen from outside: publish, scrape. Each test asserts the count, the outcomes, and that nothing is left unsettled.</summary>
public sealed class LocalFlowTests
{
    [Fact]
    public async Task Interruption_AfterItsCreation_IsCounted()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path);

        await silo.PubSub.PublishAsync(Creations, Entries.Creation());
        await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 0);
        await silo.PubSub.PublishAsync(Interruptions, Entries.Interruption());

        var metrics = await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 1 && Settled(m) >= 2);
        Assert.Equal(1, metrics.Messages("created"));
        Assert.Equal(1, metrics.Messages("counted"));
    }

    [Fact]
    public async Task Interruption_BeforeItsCreation_WaitsAndIsThenCounted()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path);

        await silo.PubSub.PublishAsync(Interruptions, Entries.Interruption());
        await silo.SettledAsync(m => m.Messages("waiting") == 1);
        await silo.PubSub.PublishAsync(Creations, Entries.Creation());

        await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 1);
    }

    [Fact]
    public async Task Interruption_WithAnOperationPublishedTenTimes_CountsOnceAndAnotherCountsTwo()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path);
        await silo.PubSub.PublishAsync(Creations, Entries.Creation());

        await silo.PubSub.PublishAsync(Interruptions, [.. Enumerable.Repeat(Entries.Interruption(operation: "systemevent-1"), 10)]);
        var first = await silo.SettledAsync(m => m.Messages("counted") + m.Messages("waiting") + m.Messages("duplicate") >= 10 && m.Interruptions("fake-cluster") > 0);
        Assert.Equal(1, first.Interruptions("fake-cluster"));

        await silo.PubSub.PublishAsync(Interruptions, Entries.Interruption(operation: "systemevent-2"));
        await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 2);
    }

    [Fact]
    public async Task Interruption_WithoutAnyIdentity_CountsOncePerPublishedMessage()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path);

        await silo.PubSub.PublishAsync(Creations, Entries.Creation());
        await silo.PubSub.PublishAsync(Interruptions, [.. Enumerable.Repeat(Entries.Interruption(), 3)]);

        await silo.SettledAsync(m => m.Interruptions("fake-cluster") == 3);
    }

    [Fact]
    public async Task Counts_AfterAStop_AreThereAtTheFirstScrape()
    {
        using var folder = new TemporaryFolder();
        await using (var before = await StartAsync(folder.Path))
        {
            await before.PubSub.PublishAsync(Creations, Entries.Creation());
            await before.PubSub.PublishAsync(Interruptions, Entries.Interruption(operation: "systemevent-1"));
            await before.SettledAsync(m => m.Interruptions("fake-cluster") == 1);
        }

        await using var after = await StartAsync(folder.Path);
        var first = await Eventually.IsAsync(after.MetricsAsync, m => m.Interruptions("fake-cluster") is not null);
        Assert.Equal(1, first.Interruptions("fake-cluster"));

        await after.PubSub.PublishAsync(Interruptions, Entries.Interruption(operation: "systemevent-1"));
        var again = await after.SettledAsync(m => m.Messages("duplicate") == 1);
        Assert.Equal(1, again.Interruptions("fake-cluster"));
    }

    public static TheoryData<string, byte[]> BadMessages() => new()
    {
        { "not_json", "not json"u8.ToArray() },
        { "empty", [] },
        { "not_an_audit_log", "{}"u8.ToArray() },
        { "not_an_audit_log", """{"protoPayload":{}}"""u8.ToArray() },
        { "unknown_method", """{"protoPayload":{"methodName":"v1.compute.instances.setLabels","resourceName":"projects/p/zones/z/instances/n"}}"""u8.ToArray() },
        { "not_an_instance", """{"protoPayload":{"methodName":"compute.instances.preempted"}}"""u8.ToArray() },
        { "invalid_utf8", [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)'}'] },
        { "not_json", Encoding.UTF8.GetBytes(new string('[', 512 * 1024)) },
        { "not_json", Encoding.UTF8.GetBytes(new string('x', 10_000_000)) },
        { "invalid_label", Encoding.UTF8.GetBytes(Entries.Creation("odd-1", "say \"hi\"")) },
        { "invalid_label", Encoding.UTF8.GetBytes(Entries.Creation("odd-2", "two\nlines")) },
        { "invalid_label", Encoding.UTF8.GetBytes(Entries.Creation("odd-3", new string('n', 300))) },
        { "not_gke", """{"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"projects/p/zones/z/instances/n","request":{"labels":[{"key":"goog-k8s-cluster-name"}]}}}"""u8.ToArray() },
        { "created", """{"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"projects/p/zones/z/instances/m","request":{"labels":{"goog-k8s-cluster-name":"mapped"}}}}"""u8.ToArray() },
    };

    [Fact]
    public async Task BadMessages_AmongGoodOnes_EachEndInTheirOutcomeAndDisturbNothing()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path);
        var bad = BadMessages().Select(row => (Outcome: row.Data.Item1, Bytes: row.Data.Item2)).ToList();

        foreach (var (index, message) in bad.Index())
        {
            await silo.PubSub.PublishAsync(Creations, Entries.Creation($"good-{index}"));
            await silo.PubSub.PublishAsync(index % 2 == 0 ? Creations : Interruptions, [message.Bytes]);
            await silo.PubSub.PublishAsync(Interruptions, Entries.Interruption($"good-{index}", $"op-{index}"));
        }

        var metrics = await silo.SettledAsync(m => m.Interruptions("fake-cluster") == bad.Count && Settled(m) >= 3 * bad.Count);
        foreach (var expected in bad.GroupBy(b => b.Outcome))
        {
            Assert.Equal(expected.Count() + (expected.Key == "created" ? bad.Count : 0), metrics.Messages(expected.Key));
        }

        Assert.Equal(0, metrics.Interruptions("mapped"));
        Assert.Equal(3 * bad.Count, Settled(metrics));
        Assert.Equal([0, 0], metrics.Of("sie_delivery_failures_total").Values);
    }

    [Fact]
    public async Task Interruptions_OfAVmAndOfAStranger_AreNotGkeAndWaiting()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path);

        await silo.PubSub.PublishAsync(Creations, Entries.CreationOfAVm("vm"));
        await silo.SettledAsync(m => m.Messages("not_gke") == 1);
        await silo.PubSub.PublishAsync(Interruptions, Entries.Interruption("vm"), Entries.Interruption("stranger"));

        var metrics = await silo.SettledAsync(m => m.Messages("not_gke") == 2 && m.Messages("waiting") == 1);
        Assert.Empty(metrics.Of("interruption_events_total"));
    }

    [Fact]
    public async Task Pages_OfAReadySilo_Answer()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await StartAsync(folder.Path);

        var ready = await Eventually.IsAsync(() => silo.GetAsync("/healthz/ready"), r => r.Status == 200);
        var live = await silo.GetAsync("/healthz/live");
        var home = await silo.GetAsync("/");

        Assert.Equal("ready\n", ready.Body);
        Assert.Equal((200, "live\n"), live);
        Assert.Contains("href=\"/metrics\"", home.Body, StringComparison.Ordinal);
        Assert.Equal(1, (await silo.MetricsAsync()).Of("sie_build_info").Values.Single());
    }

    private static double Settled(Exposition metrics) => metrics.Of("sie_messages_total").Values.Sum();
}
