using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Testing;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>The filters of the two sinks name exactly the methods that the parser knows, and forward exactly their entries.</summary>
public sealed class SinkFilterTests
{
    private static readonly SinkFilter _creation = new(Repository.Read("infra/gcp/filters/creation.filter"));
    private static readonly SinkFilter _interruption = new(Repository.Read("infra/gcp/filters/interruption.filter"));

    public static TheoryData<string> Samples => [.. Sample.Names()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_OfEachKind_IsForwardedIfTheParserKnowsItsMethodAndItNamesAnInstance(string name)
    {
        var entry = Sample.Json(name);
        var parsed = Parsing.Parse(Sample.Bytes(name));

        var expected = parsed.Event?.Kind switch
        {
            InstanceEventKind.interrupted => (false, true),
            null => (false, parsed.Ignored == Outcome.not_a_loss),
            _ => (true, false),
        };

        Assert.Equal(expected, (_creation.Matches(entry), _interruption.Matches(entry)));
    }

    [Fact]
    public void Samples_ThatAreForwarded_AreTheseAndNoOthers()
    {
        Assert.Equal(
            [
                "b1-insert.first.gke-mig-standard", "b2-insert.first.gke-mig-spot.COMPOSED", "b3-insert.last.gke-mig", "b4-insert.last.error",
                "b8-bulkInsert.per-instance", "c1-delete.first", "c2-delete.last",
            ],
            Sample.Names().Where(name => _creation.Matches(Sample.Json(name))));
        Assert.Equal(
            [
                "a1-preempted.2023", "a3-preempted.with-root-trigger-label", "d1-hostError", "d3-terminateOnHostMaintenance",
                "d4-automaticRestart", "d5-repair.recreateInstance", "d6-migrateOnHostMaintenance.not-a-loss",
            ],
            Sample.Names().Where(name => _interruption.Matches(Sample.Json(name))));
    }

    [Fact]
    public void Filters_NameEachMethodOfTheParserAndNoOther()
    {
        Assert.Equal(InstanceMethods.Calls.Order(StringComparer.Ordinal), Alternatives(_creation));
        Assert.Equal(InstanceMethods.SystemEvents.Order(StringComparer.Ordinal), Alternatives(_interruption));
    }

    [Fact]
    public void Method_OfAnyName_IsForwardedByOneFilterExactlyIfTheParserKnowsIt()
    {
        string[] parts =
        [
            .. InstanceMethods.Calls, .. InstanceMethods.SystemEvents, "localSsd", "Recovery", "Error", "setLabels", "stop", "start", "reset",
            "NotifyInstanceLocation", "x", "X", "-", ".",
        ];
        string[] beginnings =
            ["compute.instances.", "v1.compute.instances.", "beta.compute.instances.", "alpha.compute.instances.", ".compute.instances.",
             "a.b.compute.instances.", "xcompute.instances.", "v1.compute.disks.", "computeXinstances.", "Compute.instances.", ""];
        var methods = Gen.Select(Gen.OneOf(beginnings), Gen.OneOf(parts).Array[1, 3], (beginning, rest) => beginning + string.Concat(rest));

        methods.Sample(
            method =>
            {
                var action = InstanceMethods.Find(Encoding.UTF8.GetBytes(method)).Action;
                var isCall = action != InstanceAction.Unknown && InstanceMethods.Calls.Contains(method[(method.LastIndexOf('.') + 1)..]);
                return (_creation.Matches(Entry("activity", method)), _interruption.Matches(Entry("system_event", method)))
                    == (isCall, !isCall && action != InstanceAction.Unknown);
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData("v1.compute.instances.insert", "activity", "gce_instance", true)]
    [InlineData("v1.compute.instances.insert", "activity", "audited_resource", false)]
    [InlineData("v1.compute.instances.insert", "policy", "gce_instance", false)]
    [InlineData("v1.compute.instances.insert", "system_event", "gce_instance", false)]
    [InlineData("compute.instances.preempted", "system_event", "gce_instance", true)]
    [InlineData("compute.instances.preempted", "activity", "gce_instance", false)]
    [InlineData("compute.instances.preempted", "system_event", "gce_disk", false)]
    public void Clause_OfLogAndOfResource_LeavesOutTheOthers(string method, string log, string type, bool expected)
    {
        var entry = Entry(log, method, type);

        Assert.Equal(expected, _creation.Matches(entry) || _interruption.Matches(entry));
    }

    [Theory]
    [InlineData("severity>=ERROR")]
    [InlineData("a=\"b\" OR c=\"d\"")]
    [InlineData("NOT a=\"b\"")]
    [InlineData("a=~\"b\\.c\"")]
    public void Filter_BeyondWhatIsEvaluatedHere_IsRefused(string text) => Assert.Throws<ArgumentException>(() => new SinkFilter(text));

    [Fact]
    public void Page_GivesAReasonForEachClauseAndMethod()
    {
        var page = Repository.Read("docs/sinks.md");

        Assert.All(
            _creation.Clauses.Concat(_interruption.Clauses),
            clause => Assert.Contains($"| `{clause[..(clause.LastIndexOf("](", StringComparison.Ordinal) is var at and > 0 ? at : clause.Length)]}", page, StringComparison.Ordinal));
        Assert.All(
            Alternatives(_creation).Concat(Alternatives(_interruption)),
            method => Assert.Contains($"`{method.Replace(".r", "[.]r", StringComparison.Ordinal)}`", page, StringComparison.Ordinal));
        Assert.Contains("(../infra/gcp/filters/creation.filter)", page, StringComparison.Ordinal);
        Assert.Contains("(../infra/gcp/filters/interruption.filter)", page, StringComparison.Ordinal);
    }

    private static JsonObject Entry(string log, string method, string type = "gce_instance") => new()
    {
        ["logName"] = $"organizations/1/logs/cloudaudit.googleapis.com%2F{log}",
        ["resource"] = new JsonObject { ["type"] = type },
        ["protoPayload"] = new JsonObject { ["methodName"] = method },
    };

    private static IEnumerable<string> Alternatives(SinkFilter filter)
    {
        var clause = filter.Clauses.Single(clause => clause.StartsWith("protoPayload.methodName", StringComparison.Ordinal));
        var last = Regex.Match(clause, @"\((?<names>[^()]+)\)\$""\z").Groups["names"].Value;
        return last.Split('|').Select(name => name.Replace("[.]", ".", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }
}
