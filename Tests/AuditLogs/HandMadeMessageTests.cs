using OrleansSie.Grains.Interfaces;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>The messages that the original's documentation and tests have people publish by hand.</summary>
public sealed class HandMadeMessageTests
{
    private const string Interruption = """
        {
          "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "methodName": "compute.instances.preempted",
            "resourceName": "projects/mock-project/zones/europe-west1-c/instances/mock-instance-spot-3706-5b909138-nr65"
          }
        }
        """;

    private const string Creation = """
        {
          "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "serviceName": "compute.googleapis.com",
            "methodName": "v1.compute.instances.insert",
            "resourceName": "projects/123456789/zones/europe-west1-c/instances/fake-resource",
            "request": { "labels": [ { "key": "goog-k8s-cluster-name", "value": "fake-cluster" } ] }
          }
        }
        """;

    private const string CreationByTargetLink = """
        {
          "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "serviceName": "compute.googleapis.com",
            "methodName": "v1.compute.instances.insert",
            "request": { "labels": [ { "key": "goog-k8s-cluster-name", "value": "fake-cluster" } ] },
            "response": {
              "targetLink": "https://www.googleapis.com/compute/v1/projects/mock-project/zones/europe-west1-c/instances/fake-resource",
              "@type": "type.googleapis.com/operation"
            }
          },
          "operation": {
            "id": "operation-1704446377001-60e2f58d702e9-78fe21e1-13682ff1",
            "producer": "compute.googleapis.com",
            "first": true
          }
        }
        """;

    // The literal dots are what the older documentation published.
    private const string OldInterruption = """
        {
          "protoPayload": {
            "status": { "message": "Instance was preempted." },
            "methodName": "compute.instances.preempted",
            "resourceName": "projects/mock-project/zones/europe-west1-c/instances/mock-instance-spot-3706-5b909138-nr65",
            "request": { "@type": "type.googleapis.com/compute.instances.preempted" }
          },
          "insertId": "qnwer3e38dfz",
          "resource": {
            "type": "gce_instance",
            "labels": { "instance_id": "184448819...", "project_id": "mock-project", "zone": "europe-west1-c" }
          },
          "timestamp": "2023-09-16T10:42:31.325309Z",
          "severity": "INFO",
          "logName": "projects/mock-project/logs/cloudaudit.googleapis.com%2Fsystem_event",
          "operation": { "id": "systemevent-1694860946116....", "first": true, "last": true }
        }
        """;

    [Fact]
    public void Interruption_WithMethodAndResourceOnly_CountsOncePerPublishedMessage()
    {
        var first = Parsing.Event(Interruption, "1");

        Assert.Equal(InstanceEventKind.interrupted, first.Kind);
        Assert.Equal(InterruptionReason.Preempted, first.Reason);
        Assert.Equal("projects/mock-project/zones/europe-west1-c/instances/mock-instance-spot-3706-5b909138-nr65", first.Instance);
        Assert.Null(first.InstanceId);
        Assert.Equal(Parsing.PublishTime, first.At);
        Assert.Equal(first, Parsing.Event(Interruption, "1"));
        Assert.NotEqual(first.EventId, Parsing.Event(Interruption, "2").EventId);
    }

    [Fact]
    public void Creation_WithProjectNumberAlone_IsOfTheConfiguredProject()
    {
        var found = Parsing.Event(Creation);

        Assert.Equal(InstanceEventKind.created, found.Kind);
        Assert.Equal("projects/default-project/zones/europe-west1-c/instances/fake-resource", found.Instance);
        Assert.Equal(new InstanceDescription("fake-cluster", "", "", "", ""), found.Description);
        Assert.Equal(Parsing.PublishTime, found.At);
    }

    [Fact]
    public void Creation_WithoutResourceName_IsOfItsTargetLink()
    {
        var found = Parsing.Event(CreationByTargetLink);

        Assert.Equal(InstanceEventKind.created, found.Kind);
        Assert.Equal("projects/mock-project/zones/europe-west1-c/instances/fake-resource", found.Instance);
        Assert.Null(found.InstanceId);
        Assert.Equal("fake-cluster", found.Description!.ClusterName);
    }

    [Fact]
    public void Interruption_WithPlaceholdersForIds_IsReadWithoutAnInstanceId()
    {
        var found = Parsing.Event(OldInterruption);

        Assert.Null(found.InstanceId);
        Assert.Equal(new DateTimeOffset(2023, 9, 16, 10, 42, 31, TimeSpan.Zero).AddMicroseconds(325309), found.At);
    }
}
