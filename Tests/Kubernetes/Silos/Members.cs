using System.Text.Json.Nodes;
using OrleansSie.Tests.Failures;
using OrleansSie.Tests.Kubernetes.Server;

namespace OrleansSie.Tests.Kubernetes.Silos;

/// <summary>The membership table as somebody with kubectl sees it.</summary>
internal static class Members
{
    /// <summary>Name and status of each row, in the order of the rows' keys.</summary>
    public static IReadOnlyList<(string Name, string Status)> Of(Stage stage) =>
        [.. Rows(stage).Select(row => ((string)row["siloName"]!, (string)row["status"]!))];

    /// <summary>How many rows are active.</summary>
    public static int Active(Stage stage) => Of(stage).Count(row => row.Status == "Active");

    /// <summary>The table's version.</summary>
    public static string? Version(Stage stage) => (string?)Data(stage, Stage.MembershipTable)?["version"];

    /// <summary>The newest sign of life of any silo.</summary>
    public static string? NewestHeartbeat(Stage stage) => Data(stage, Stage.MembershipTable + "-alive")?.Select(beat => (string?)beat.Value).Max(StringComparer.Ordinal);

    private static IEnumerable<JsonNode> Rows(Stage stage) => (Data(stage, Stage.MembershipTable) ?? [])
        .Where(pair => pair.Key.StartsWith("silo.", StringComparison.Ordinal))
        .Select(pair => JsonNode.Parse((string)pair.Value!)!);

    private static JsonObject? Data(Stage stage, string name) => stage.ApiServer!.Objects.Find(FakeApiServer.Namespace, name)?["data"] as JsonObject;
}
