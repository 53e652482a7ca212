using System.Globalization;
using System.Text;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>Where an instance is placed whose entry has its project's number alone, and what stays equal whatever comes first.</summary>
public sealed class ProjectNumberTests
{
    private const string Number = "904411223344";

    private readonly AuditLogParser _parser = new("first-project");

    public static TheoryData<string> BothForms =>
    [
        """{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/904411223344/zones/z/instances/other"},"resource":{"labels":{"project_id":"real-project"}}}""",
        """{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/real-project/zones/z/instances/other"},"resource":{"labels":{"project_id":"904411223344"}}}""",
        """{"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"projects/904411223344/zones/z/instances/other","response":{"targetLink":"https://www.googleapis.com/compute/v1/projects/real-project/zones/z/instances/other"}}}""",
        """{"protoPayload":{"methodName":"v1.compute.instances.delete","resourceName":"projects/904411223344/zones/z/instances/other"},"logName":"projects/real-project/logs/cloudaudit.googleapis.com%2Factivity"}""",
        """{"protoPayload":{"methodName":"compute.instances.automaticRestart","resourceName":"projects/904411223344/zones/z/instances/other"},"resource":{"labels":{"project_id":"real-project"}}}""",
    ];

    [Theory]
    [MemberData(nameof(BothForms))]
    public void Number_ThatAnotherEntryToldWithItsId_IsThatProject(string both)
    {
        Parse(both);

        Assert.Equal("projects/real-project/zones/z/instances/node", Parse(Preempted("node")).Instance);
    }

    [Fact]
    public void Number_ThatNobodyTold_IsTheSubscriptionsProject()
    {
        Assert.Equal("projects/sub-project/zones/z/instances/node", Parse(Preempted("node"), "sub-project").Instance);
        Assert.Equal("projects/first-project/zones/z/instances/node-2", Parse(Preempted("node-2"), "").Instance);
    }

    [Fact]
    public void Instance_PlacedBeforeItsNumberWasLearned_StaysThere()
    {
        var before = Parse(Preempted("node"), "sub-project");
        Parse(Both("real-project"));

        Assert.Equal(before, Parse(Preempted("node"), "sub-project"));
        Assert.Equal(before.Instance, Parse(Preempted("node"), "another-subscriptions").Instance);
        Assert.Equal("projects/real-project/zones/z/instances/new", Parse(Preempted("new"), "sub-project").Instance);
    }

    [Fact]
    public void Events_OfOneInstanceByNumber_MeetInEveryOrderOfArrival()
    {
        Func<AuditLogParser, InstanceEvent>[] events =
        [
            parser => Parse(parser, Creation("node"), "sub-project"),
            parser => Parse(parser, Preempted("node"), "sub-project"),
            parser => Parse(parser, Preempted("node"), "org-project"),
            parser => Parse(parser, Both("real-project"), "sub-project"),
        ];

        foreach (var order in Permutations([0, 1, 2, 3]))
        {
            var parser = new AuditLogParser("first-project");
            var seen = new InstanceEvent[events.Length];
            foreach (var index in order)
            {
                seen[index] = events[index](parser);
            }

            Assert.Equal(seen[0].Instance, seen[1].Instance);
            Assert.Equal((seen[1].Instance, seen[1].EventId), (seen[2].Instance, seen[2].EventId));
        }
    }

    [Fact]
    public void Identity_OfAnEventWithAnInstanceId_IsTheSameWhereverItIsPlaced()
    {
        const string Template = """
            {"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/PROJECT/zones/z/instances/node"},
             "resource":{"labels":{"instance_id":"77"}},"operation":{"id":"systemevent-1"}}
            """;
        var placed = Parse(Template.Replace("PROJECT", Number, StringComparison.Ordinal), "sub-project");
        var told = Parse(Template.Replace("PROJECT", "real-project", StringComparison.Ordinal), "sub-project");

        Assert.NotEqual(told.Instance, placed.Instance);
        Assert.Equal(told.EventId, placed.EventId);
    }

    [Fact]
    public void Number_ToldWithTwoIds_KeepsTheFirst()
    {
        Parse(Both("real-project"));
        Parse(Both("other-project"));

        Assert.Equal("projects/real-project/zones/z/instances/node", Parse(Preempted("node")).Instance);
    }

    [Fact]
    public void Entry_ThatContradictsItself_TeachesNothing()
    {
        Parse(
            """
            {"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/904411223344/zones/z/instances/other"},
             "resource":{"labels":{"project_id":"real-project"}},"logName":"projects/other-project/logs/x"}
            """);

        Assert.Equal("projects/sub-project/zones/z/instances/node", Parse(Preempted("node"), "sub-project").Instance);
    }

    [Fact]
    public void EntryOfAnUnknownMethod_TeachesNothing()
    {
        _parser.Parse(
            Encoding.UTF8.GetBytes(Both("real-project").Replace("preempted", "setLabels", StringComparison.Ordinal)), "1", Parsing.PublishTime);

        Assert.Equal("projects/sub-project/zones/z/instances/node", Parse(Preempted("node"), "sub-project").Instance);
    }

    [Fact]
    public void Knowledge_BeyondItsBounds_IsNotKept()
    {
        var numbers = new ProjectNumbers();
        for (var number = 1; number <= ProjectNumbers.MaxNumbers + 1; number++)
        {
            numbers.Learn(Text(number), Encoding.UTF8.GetBytes($"project-{number}"));
        }

        Assert.Equal("project-1", Place(numbers, "a", 1));
        Assert.Equal($"project-{ProjectNumbers.MaxNumbers}", Place(numbers, "b", ProjectNumbers.MaxNumbers));
        Assert.Equal("guess", Place(numbers, "c", ProjectNumbers.MaxNumbers + 1));
    }

    [Fact]
    public void Placing_OfTheLatestInstances_IsRememberedAndOfOldOnesForgotten()
    {
        var numbers = new ProjectNumbers();
        Assert.Equal("guess", Place(numbers, "kept", 1));
        Assert.Equal("guess", Place(numbers, "forgotten", 1));
        numbers.Learn(Text(1), "learned"u8);
        for (var i = 0; i < 2 * ProjectNumbers.MinPlaced; i++)
        {
            Place(numbers, $"n{i}", 2);
            Assert.Equal("guess", Place(numbers, "kept", 1));
        }

        Assert.Equal("learned", Place(numbers, "forgotten", 1));
    }

    [Fact]
    public void Knowledge_SharedByThreads_IsOneAnswerForEach()
    {
        var numbers = new ProjectNumbers();
        var answers = new string[8][];

        Parallel.For(0, answers.Length, worker =>
        {
            answers[worker] = new string[500];
            for (var i = 0; i < 500; i++)
            {
                numbers.Learn(Text((i % 50) + 1), Encoding.UTF8.GetBytes($"of-{worker}"));
                answers[worker][i] = Place(numbers, $"n{i}", (i % 60) + 1, $"guess-{worker}");
            }
        });

        Assert.All(Enumerable.Range(0, 500), i => Assert.Single(answers.Select(answer => answer[i]).Distinct()));
    }

    private static byte[] Text(int number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static string Place(ProjectNumbers numbers, string instance, int number, string guess = "guess") =>
        Encoding.UTF8.GetString(numbers.Place(instance, Text(number), Encoding.UTF8.GetBytes(guess)));

    private static string Preempted(string name) =>
        $$$"""{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/{{{Number}}}/zones/z/instances/{{{name}}}"},"operation":{"id":"systemevent-1"}}""";

    private static string Creation(string name) =>
        $$$"""{"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"projects/{{{Number}}}/zones/z/instances/{{{name}}}"},"operation":{"id":"operation-1","first":true}}""";

    private static string Both(string id) =>
        $$$$"""{"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/{{{{Number}}}}/zones/z/instances/other"},"resource":{"labels":{"project_id":"{{{{id}}}}"}}}""";

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));

    private static InstanceEvent Parse(AuditLogParser parser, string json, string project) =>
        parser.Parse(Encoding.UTF8.GetBytes(json), "1", Parsing.PublishTime, Encoding.UTF8.GetBytes(project)).Event
        ?? throw new ArgumentException("There is no event in it.", nameof(json));

    private InstanceEvent Parse(string json, string project = "sub-project")
    {
        var parsed = _parser.Parse(Encoding.UTF8.GetBytes(json), "1", Parsing.PublishTime, Encoding.UTF8.GetBytes(project));
        return parsed.Event!;
    }
}
