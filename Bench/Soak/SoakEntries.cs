using System.Globalization;

namespace OrleansSie.Bench.Soak;

/// <summary>The audit log entries of the soak: Google's shape, without the members that nothing reads.</summary>
internal static class SoakEntries
{
    public const string Project = "soak-project";
    public const string Zone = "europe-west1-c";
    public const string CreationTopic = "projects/local-project/topics/sie-creation-topic";
    public const string InterruptionTopic = "projects/local-project/topics/sie-interruption-topic";

    private static readonly DateTimeOffset _start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static ulong IdOf(int instance) => 4_000_000_000_000_000_000UL + (ulong)instance;

    public static string OperationOf(int instance, string operation) => $"{operation}-{instance}";

    public static SoakEvent Creation(int instance) => new(CreationTopic,
        $$$"""
        {"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"{{{SoakPlan.NameOf(instance)}}}",
        "request":{"machineType":"zones/{{{Zone}}}/machineTypes/n2d-standard-8","labels":[{"key":"goog-k8s-cluster-name","value":"{{{SoakPlan.ClusterOf(instance)}}}"},
        {"key":"goog-k8s-cluster-location","value":"europe-west1"},{"key":"goog-k8s-node-pool-name","value":"spot-{{{instance % 3}}}"}],
        "scheduling":{"provisioningModel":"SPOT"} } },{{{Rest(instance, 0, "operation-create", "\"first\":true")}}} }
        """);

    public static SoakEvent Interruption(int instance, string operation) => new(InterruptionTopic,
        $$$"""
        {"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"{{{SoakPlan.NameOf(instance)}}}"},
        {{{Rest(instance, 60, operation, "\"first\":true,\"last\":true")}}} }
        """);

    public static SoakEvent Deletion(int instance) => new(CreationTopic,
        $$$"""
        {"protoPayload":{"methodName":"v1.compute.instances.delete","resourceName":"{{{SoakPlan.NameOf(instance)}}}"},
        {{{Rest(instance, 120, "operation-delete", "\"last\":true")}}} }
        """);

    private static string Rest(int instance, int minutes, string operation, string ends) => string.Create(CultureInfo.InvariantCulture,
        $$"""
        "resource":{"labels":{"instance_id":"{{IdOf(instance)}}","project_id":"{{Project}}","zone":"{{Zone}}"} },"timestamp":"{{_start.AddSeconds(instance).AddMinutes(minutes):yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}",
        "operation":{"id":"{{OperationOf(instance, operation)}}",{{ends}}}
        """);
}

/// <summary>One message of the soak, and the topic it belongs to.</summary>
internal readonly record struct SoakEvent(string Topic, string Text);
