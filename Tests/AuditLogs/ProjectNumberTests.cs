using System.Text;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>Where an instance is placed whose name has its project's number: by its entry alone, whatever was read before.</summary>
public sealed class ProjectNumberTests
{
    private const string Number = "904411223344";
    private const string Preempted =
        """{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/904411223344/zones/z/instances/node"},"operation":{"id":"systemevent-1"}}""";

    private readonly AuditLogParser _parser = new("first-project");

    public static TheoryData<string> BothForms =>
    [
        """{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/904411223344/zones/z/instances/node"},"resource":{"labels":{"project_id":"real-project"}}}""",
        """{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/real-project/zones/z/instances/node"},"resource":{"labels":{"project_id":"904411223344"}}}""",
        """{"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"projects/904411223344/zones/z/instances/node","response":{"targetLink":"https://www.googleapis.com/compute/v1/projects/real-project/zones/z/instances/node"}}}""",
        """{"protoPayload":{"methodName":"v1.compute.instances.delete","resourceName":"projects/904411223344/zones/z/instances/node"},"logName":"projects/real-project/logs/cloudaudit.googleapis.com%2Factivity"}""",
        """{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/904411223344/zones/z/instances/node"},"resource":{"labels":{"project_id":"real-project"}},"logName":"projects/other-project/logs/x"}""",
    ];

    [Theory]
    [MemberData(nameof(BothForms))]
    public void Number_WithAnIdInTheSameEntry_IsThatProject(string both) =>
        Assert.Equal("projects/real-project/zones/z/instances/node", Parse(_parser, both, "sub-project").Instance);

    [Fact]
    public void Number_Alone_IsTheSubscriptionsProject()
    {
        Assert.Equal("projects/sub-project/zones/z/instances/node", Parse(_parser, Preempted, "sub-project").Instance);
        Assert.Equal("projects/first-project/zones/z/instances/node", Parse(_parser, Preempted, "").Instance);
    }

    [Theory]
    [MemberData(nameof(BothForms))]
    public void Number_Alone_HasTheSamePlaceOnASiloThatHasSeenItsId(string both)
    {
        var fresh = Parse(new AuditLogParser("first-project"), Preempted, "sub-project");
        Parse(_parser, both, "sub-project");

        Assert.Equal(fresh, Parse(_parser, Preempted, "sub-project"));
    }

    [Fact]
    public void Identity_OfAnEventWithAnInstanceId_IsTheSameWhereverItIsPlaced()
    {
        const string Template = """
            {"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/PROJECT/zones/z/instances/node"},
             "resource":{"labels":{"instance_id":"77"}},"operation":{"id":"systemevent-1"}}
            """;
        var placed = Parse(_parser, Template.Replace("PROJECT", Number, StringComparison.Ordinal), "sub-project");
        var told = Parse(_parser, Template.Replace("PROJECT", "real-project", StringComparison.Ordinal), "sub-project");

        Assert.NotEqual(told.Instance, placed.Instance);
        Assert.Equal(told.EventId, placed.EventId);
    }

    private static InstanceEvent Parse(AuditLogParser parser, string json, string project) =>
        parser.Parse(Encoding.UTF8.GetBytes(json), "1", Parsing.PublishTime, Encoding.UTF8.GetBytes(project)).Event
        ?? throw new ArgumentException("There is no event in it.", nameof(json));
}
