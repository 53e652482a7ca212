using System.Text.Json.Nodes;
using OrleansSie.Tests.EndToEnd;

namespace OrleansSie.Tests.Chart;

/// <summary>The fields of the Prometheus operator's kinds that the chart may use, as its own definitions (CRDs) have them.</summary>
internal static class OperatorKinds
{
    private static readonly JsonObject _kinds = JsonNode.Parse(Repository.Read("Tests/Chart/operator-kinds.json"))!.AsObject();

    public static bool Knows(JsonObject raw) => _kinds.ContainsKey(Key(raw));

    public static IReadOnlyList<string> Faults(JsonObject raw) => SchemaCheck.Faults(_kinds[Key(raw)]!, raw);

    private static string Key(JsonObject raw) => $"{raw["apiVersion"]} {raw["kind"]}";
}
