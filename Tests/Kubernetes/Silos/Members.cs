using System.Text.Json.Nodes;
using OrleansSie.Testing.Kubernetes;
using OrleansSie.Tests.Failures;

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

/// <summary>
/// What the program may do in Kubernetes, and all of it: the chart's role is compared with this, and the requests of a run are.
/// </summary>
internal static class MembershipRole
{
    private const string Alive = Stage.MembershipTable + "-alive";

    /// <summary>What a run asks for, no more and no less.</summary>
    public static HashSet<(string Verb, string Name)> Rights { get; } =
    [
        ("get", Stage.MembershipTable), ("update", Stage.MembershipTable), ("get", Alive), ("patch", Alive),
    ];

    /// <summary>Whether the role allows it.</summary>
    public static bool Grants(FakeRequest request) => Rights.Contains((request.Verb, request.Name));
}
