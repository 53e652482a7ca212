using System.Text;

namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>Messages that can never have an effect, one of each outcome that there is for them.</summary>
internal static class BadMessages
{
    private const string Preempted = "compute.instances.preempted";
    private const string Insert = "v1.compute.instances.insert";
    private const string Instance = "projects/acme-prod-001/zones/europe-west1-c/instances/none";

    /// <summary>The bytes and the outcome they must end in.</summary>
    public static IReadOnlyList<(byte[] Data, string Outcome)> All { get; } =
    [
        ([], "empty"),
        ("not json {"u8.ToArray(), "not_json"),
        ([0x7B, 0xFF, 0xFE, 0x7D], "invalid_utf8"),
        ("{\"textPayload\":\"hello\"}"u8.ToArray(), "not_an_audit_log"),
        (Entry("v1.compute.instances.setMetadata", Instance), "unknown_method"),
        (Entry(Preempted, "projects/acme-prod-001/global/networks/vpc"), "not_an_instance"),
        (Entry("v1.compute.instances.bulkInsert", "projects/acme-prod-001/zones/europe-west1-c"), "bulk_request"),
        (Entry("compute.instances.migrateOnHostMaintenance", Instance), "not_a_loss"),
        (Entry(Insert, Instance, ",\"request\":{\"labels\":[{\"key\":\"goog-k8s-cluster-name\",\"value\":\"a\\\"b\"}]}"), "invalid_label"),
    ];

    private static byte[] Entry(string method, string resource, string more = "") =>
        Encoding.UTF8.GetBytes($$"""{"protoPayload":{"methodName":"{{method}}","resourceName":"{{resource}}"{{more}}},"insertId":"x"}""");
}
