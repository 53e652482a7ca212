using System.Globalization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

public sealed class LeniencyTests
{
    [Fact]
    public void Names_InSnakeCase_MeanTheSame()
    {
        var data = Sample.Json(Parsing.InsertFirst).ToJsonString();
        (string Camel, string Snake)[] names =
        [
            ("protoPayload", "proto_payload"), ("methodName", "method_name"), ("resourceName", "resource_name"),
            ("insertId", "insert_id"), ("logName", "log_name"), ("targetLink", "target_link"), ("targetId", "target_id"),
            ("machineType", "machine_type"), ("provisioningModel", "provisioning_model"),
        ];
        var snake = names.Aggregate(data, (text, name) => text.Replace($"\"{name.Camel}\":", $"\"{name.Snake}\":", StringComparison.Ordinal));

        Assert.DoesNotContain("\"protoPayload\"", snake, StringComparison.Ordinal);
        Assert.Equal(Parsing.Event(data), Parsing.Event(snake));
    }

    [Fact]
    public void Names_Escaped_MeanTheSame()
    {
        var data = Sample.Json(Parsing.Preempted).ToJsonString();
        var escaped = data
            .Replace("\"protoPayload\"", "\"\\u0070rotoPayload\"", StringComparison.Ordinal)
            .Replace("compute.instances.preempted", "compute.instances.\\u0070reempted", StringComparison.Ordinal)
            .Replace("projects/", "projects\\/", StringComparison.Ordinal);

        Assert.Equal(Parsing.Event(data), Parsing.Event(escaped));
    }

    [Fact]
    public void ByteOrderMark_BeforeTheEntry_IsTolerated()
    {
        byte[] data = [0xEF, 0xBB, 0xBF, .. Sample.Bytes(Parsing.Preempted)];

        Assert.Equal(Parsing.Event(Sample.Bytes(Parsing.Preempted)), Parsing.Event(data));
    }

    [Fact]
    public void DuplicateKeys_OfAText_LastWins()
    {
        var data = Sample.Json(Parsing.Preempted).ToJsonString()
            .Replace("{\"@type\":\"type.googleapis.com/google", "{\"methodName\":\"first\",\"@type\":\"type.googleapis.com/google", StringComparison.Ordinal);

        Assert.Contains("\"first\"", data, StringComparison.Ordinal);
        Assert.Equal(InstanceEventKind.interrupted, Parsing.Event(data).Kind);
    }

    [Fact]
    public void DuplicateKeys_OfAnObject_LastWinsAsAWhole()
    {
        var data = Sample.Json(Parsing.Preempted).ToJsonString();

        Assert.Equal(
            "projects/p/zones/z/instances/n",
            Parsing.Event(data[..^1] + ""","protoPayload":{"methodName":"compute.instances.hostError","resourceName":"projects/p/zones/z/instances/n"}}""").Instance);
        Assert.Equal(
            Outcome.not_an_instance, Parsing.Ignored(data[..^1] + ""","proto_payload":{"methodName":"compute.instances.hostError"}}"""));
        Assert.Equal(Outcome.not_an_audit_log, Parsing.Ignored(data[..^1] + ""","protoPayload":null}"""));
    }

    [Theory]
    [InlineData("logName")]
    [InlineData("timestamp")]
    [InlineData("insertId")]
    [InlineData("severity")]
    [InlineData("resource")]
    [InlineData("operation")]
    [InlineData("protoPayload.status")]
    [InlineData("protoPayload.request")]
    [InlineData("protoPayload.response")]
    [InlineData("protoPayload.requestMetadata")]
    [InlineData("protoPayload.authenticationInfo")]
    [InlineData("protoPayload.metadata")]
    public void Field_OfAnyOtherType_IsNotFatal(string path)
    {
        foreach (var value in (string[])["null", "7", "-1.5e300", "true", "\"text\"", "\"\\ud800\"", "[]", "[[{}]]", "{}", "{\"labels\":[{\"key\":[]}]}"])
        {
            var entry = Sample.Json(Parsing.Preempted);
            var parts = path.Split('.');
            var parent = parts.Length == 1 ? entry : entry[parts[0]]!.AsObject();
            parent[parts[^1]] = "PLACE";
            var data = entry.ToJsonString().Replace("\"PLACE\"", value, StringComparison.Ordinal);

            Assert.Equal((Parsing.Node, InstanceEventKind.interrupted), (Parsing.Event(data).Instance, Parsing.Event(data).Kind));
        }
    }

    [Fact]
    public void OperationFlags_AsStrings_AreRead()
    {
        var entry = Sample.Json(Parsing.InsertLast);
        entry["operation"]!["last"] = "true";
        entry["operation"]!["first"] = "false";

        Assert.Equal(InstanceEventKind.create_finished, Parsing.Event(entry).Kind);
    }

    [Theory]
    [InlineData(500, InstanceEventKind.create_failed)]
    [InlineData(800, InstanceEventKind.create_failed)]
    [InlineData(400, InstanceEventKind.create_finished)]
    public void Severity_AsItsNumber_IsRead(int severity, InstanceEventKind kind)
    {
        var entry = Sample.Json(Parsing.InsertLast);
        entry["severity"] = severity;

        Assert.Equal(kind, Parsing.Event(entry).Kind);
    }

    [Fact]
    public void LoneSurrogates_InNamesAndTexts_AreNotFatal()
    {
        const string data = """
            {"\ud800":1,"logName":"\udc00","protoPayload":{"protoPaylo\ud800":{},"methodName":"compute.instances.preempted",
            "resourceName":"projects/p/zones/z/instances/n","request":{"labels":[{"key":"\ud800","value":"\ud800"}]}}}
            """;

        Assert.Equal("projects/p/zones/z/instances/n", Parsing.Event(data).Instance);
        Assert.Equal(Outcome.not_an_audit_log, Parsing.Ignored("""{"protoPayload":{"methodName":"\ud800"}}"""));
    }

    [Fact]
    public void AbsentOptionalParts_LeaveTheEvent()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        var payload = entry["protoPayload"]!.AsObject();
        foreach (var name in (string[])["requestMetadata", "authenticationInfo", "authorizationInfo", "metadata", "resourceLocation", "response"])
        {
            payload.Remove(name);
        }

        payload["request"]!.AsObject().Remove("scheduling");
        entry.Remove("labels");
        entry.Remove("receiveTimestamp");

        var description = Parsing.Event(entry).Description;

        Assert.Equal(new InstanceDescription("payments-eu", "europe-west1", "spot-n2d", "n2d-standard-8", "spot"), description);
    }

    [Theory]
    [InlineData("2026-03-02T10:42:31Z", "2026-03-02T10:42:31Z")]
    [InlineData("2026-03-02T10:42:31.3Z", "2026-03-02T10:42:31.3Z")]
    [InlineData("2026-03-02T10:42:31.123456789Z", "2026-03-02T10:42:31.1234567Z")]
    [InlineData("2026-03-02t10:42:31z", "2026-03-02T10:42:31Z")]
    [InlineData("2026-03-01T17:42:20.276-08:00", "2026-03-02T01:42:20.276Z")]
    [InlineData("2026-03-02T01:12:20+05:30", "2026-03-01T19:42:20Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z")]
    [InlineData("2999-12-31T23:59:59.999999999-23:59", "3000-01-01T23:58:59.9999999Z")]
    public void Timestamp_OfAnyOffsetAndPrecision_IsTheTimeInUtc(string timestamp, string expected)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["timestamp"] = timestamp;

        var at = Parsing.Event(entry).At;

        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), at);
        Assert.Equal(TimeSpan.Zero, at.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-03-02")]
    [InlineData("2026-03-02T10:42:31")]
    [InlineData("2026-03-02 10:42:31Z")]
    [InlineData("2026-02-29T10:42:31Z")]
    [InlineData("2026-13-02T10:42:31Z")]
    [InlineData("2026-00-02T10:42:31Z")]
    [InlineData("2026-03-00T10:42:31Z")]
    [InlineData("2026-03-02T24:00:00Z")]
    [InlineData("2026-03-02T10:60:00Z")]
    [InlineData("2026-03-02T10:42:61Z")]
    [InlineData("2026-03-02T10:42:31.Z")]
    [InlineData("2026-03-02T10:42:31.1234567890Z")]
    [InlineData("2026-03-02T10:42:31.123")]
    [InlineData("2026-03-02T10:42:31+0100")]
    [InlineData("2026-03-02T10:42:31+24:00")]
    [InlineData("2026-03-02T10:42:31Zx")]
    [InlineData("+026-03-02T10:42:31Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+10:00")]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.999999999-12:00")]
    [InlineData("12026-03-02T10:42:31Z")]
    public void Timestamp_OfNoBelievableTime_GivesWayToThePublishTime(string timestamp)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["timestamp"] = timestamp;

        var at = Parsing.Event(entry).At;

        Assert.Equal((Parsing.PublishTime, TimeSpan.Zero), (at, at.Offset));
    }
}
