using System.Globalization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>Every sample file, with what it means, read off the file by hand.</summary>
public sealed class SampleTests
{
    private const ulong NodeId = 8430700000000001204;

    [Theory]
    [InlineData("a1-preempted.2023", InterruptionReason.Preempted, "2026-03-02T10:42:31.3253090Z")]
    [InlineData("a3-preempted.with-root-trigger-label", InterruptionReason.Preempted, "2026-03-02T21:52:57.4114660Z")]
    [InlineData("d1-hostError", InterruptionReason.HostError, "2026-03-05T01:50:03.6260000Z")]
    [InlineData("d3-terminateOnHostMaintenance", InterruptionReason.Maintenance, "2026-03-05T01:50:03.6260000Z")]
    public void SystemEvent_ThatEndsTheInstance_IsAnInterruption(string sample, string reason, string at)
    {
        var found = Parsing.Event(Sample.Bytes(sample));

        Assert.Equal(InstanceEventKind.interrupted, found.Kind);
        Assert.Equal(reason, found.Reason);
        Assert.Equal(Parsing.Node, found.Instance);
        Assert.Equal(NodeId, found.InstanceId);
        Assert.Equal(at, Text(found.At));
        Assert.Null(found.Description);
    }

    [Theory]
    [InlineData("b1-insert.first.gke-mig-standard", "standard")]
    [InlineData("b2-insert.first.gke-mig-spot.COMPOSED", "spot")]
    public void InsertFirst_OfAGkeNode_IsACreationWithItsDescription(string sample, string model)
    {
        var found = Parsing.Event(Sample.Bytes(sample));

        Assert.Equal(InstanceEventKind.created, found.Kind);
        Assert.Equal(Parsing.Node, found.Instance);
        Assert.Equal(NodeId, found.InstanceId);
        Assert.Equal("2026-03-02T01:42:19.2941200Z", Text(found.At));
        Assert.Equal(new InstanceDescription("payments-eu", "europe-west1", "spot-n2d", "n2d-standard-8", model), found.Description);
    }

    [Theory]
    [InlineData("b3-insert.last.gke-mig", InstanceEventKind.create_finished, Parsing.Node, NodeId, "2026-03-02T01:42:26.1010100Z")]
    [InlineData(
        "b4-insert.last.error",
        InstanceEventKind.create_failed,
        "projects/acme-prod-001/zones/europe-west1-c/instances/instance-1",
        1111111163196082200ul,
        "2026-03-02T08:13:39.1030000Z")]
    [InlineData(
        "b8-bulkInsert.per-instance",
        InstanceEventKind.bulk_created,
        "projects/acme-prod-001/zones/europe-west1-c/instances/inst-0003",
        8693801480000000000ul,
        "2026-03-03T03:24:24.7324680Z")]
    [InlineData("c1-delete.first", InstanceEventKind.deleted, Parsing.Node, NodeId, "2026-03-04T02:07:40.9330000Z")]
    [InlineData(
        "c2-delete.last",
        InstanceEventKind.deleted,
        "projects/acme-prod-001/zones/europe-west1-c/instances/instance-1",
        NodeId,
        "2026-03-04T02:08:29.9610000Z")]
    public void Call_ThatChangesAnInstancesLife_IsItsEvent(string sample, InstanceEventKind kind, string instance, ulong id, string at)
    {
        var found = Parsing.Event(Sample.Bytes(sample));

        Assert.Equal((kind, instance, (ulong?)id, at), (found.Kind, found.Instance, found.InstanceId, Text(found.At)));
    }

    [Theory]
    [InlineData("b7-bulkInsert.first-no-instance", Outcome.bulk_request)]
    [InlineData("d4-automaticRestart", Outcome.not_a_loss)]
    [InlineData("d5-repair.recreateInstance", Outcome.not_a_loss)]
    [InlineData("d6-migrateOnHostMaintenance.not-a-loss", Outcome.not_a_loss)]
    [InlineData("e1-pubsub-pull-response", Outcome.not_an_audit_log)]
    [InlineData("e2-pubsub-push-envelope", Outcome.not_an_audit_log)]
    [InlineData("f1-instances.aggregatedList.page1", Outcome.not_an_audit_log)]
    [InlineData("f2-zoneOperation.preempted", Outcome.not_an_audit_log)]
    [InlineData("f3-advice.capacityHistory.response", Outcome.not_an_audit_log)]
    public void Sample_WithoutAnEvent_IsIgnoredByName(string sample, Outcome outcome) =>
        Assert.Equal(outcome, Parsing.Ignored(Sample.Bytes(sample)));

    [Fact]
    public void EnvelopeData_OfPullAndPush_IsTheEventOfThePlainSample()
    {
        var pulled = (string?)Sample.Json("e1-pubsub-pull-response")["receivedMessages"]![0]!["message"]!["data"];
        var pushed = (string?)Sample.Json("e2-pubsub-push-envelope")["message"]!["data"];
        var plain = Parsing.Event(Sample.Bytes(Parsing.Preempted));

        Assert.Equal(plain, Parsing.Event(Convert.FromBase64String(pulled!)));
        Assert.Equal(plain, Parsing.Event(Convert.FromBase64String(pushed!)));
    }

    [Fact]
    public void Samples_AreAllExpectedByName()
    {
        string[] expected =
        [
            "a1-preempted.2023", "a3-preempted.with-root-trigger-label", "b1-insert.first.gke-mig-standard",
            "b2-insert.first.gke-mig-spot.COMPOSED", "b3-insert.last.gke-mig", "b4-insert.last.error",
            "b7-bulkInsert.first-no-instance", "b8-bulkInsert.per-instance", "c1-delete.first", "c2-delete.last", "d1-hostError",
            "d3-terminateOnHostMaintenance", "d4-automaticRestart", "d5-repair.recreateInstance",
            "d6-migrateOnHostMaintenance.not-a-loss", "e1-pubsub-pull-response", "e2-pubsub-push-envelope",
            "f1-instances.aggregatedList.page1", "f2-zoneOperation.preempted", "f3-advice.capacityHistory.response",
        ];

        Assert.Equal(expected, Sample.Names());
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
