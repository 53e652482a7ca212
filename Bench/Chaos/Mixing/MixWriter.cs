using System.Text;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>Invents instances and writes the messages of their lives.</summary>
internal sealed class MixWriter
{
    private const string Preempted = "compute.instances.preempted";

    private static readonly ClusterOfMix[] _clusters =
    [
        new("payments", "europe-west1"), new("payments", "us-central1"), new("search", "europe-west1"), new("batch", "us-east4"),
        new("ml-train", "us-central1"), new("web", "europe-west1-c"), new("legacy", ""),
    ];

    private static readonly string[] _zones = ["europe-west1-c", "us-central1-a", "us-east4-b"];
    private static readonly string[] _pools = ["spot-n2d", "spot-c3", "default-pool"];
    private static readonly string[] _machines = ["n2d-standard-8", "c3-standard-4"];
    private static readonly string[] _models = ["spot", "spot", "preemptible", "standard"];

    private static readonly (string Method, string Reason)[] _losses =
    [
        (Preempted, "preempted"), (Preempted, "preempted"), (Preempted, "preempted"), (Preempted, "preempted"), (Preempted, "preempted"),
        ("compute.instances.hostError", "host_error"), ("compute.instances.terminateOnHostMaintenance", "maintenance"),
        ("compute.instances.guestTerminate", "other"),
    ];

    private readonly Random _random;
    private readonly List<MixMessage> _messages = [];
    private int _operations;
    private ulong _lastId = 8_430_700_000_000_000_000;

    public MixWriter(Random random)
    {
        _random = random;
    }

    /// <summary>What was written so far, in no order.</summary>
    public IReadOnlyList<MixMessage> Messages => _messages;

    /// <summary>One more instance name and all its messages.</summary>
    public InstanceOfMix Instance(int number)
    {
        var instance = new InstanceOfMix(Pick(_zones), $"gke-node-{number}");
        switch (_random.Next(100))
        {
            case < 68:
                Live(instance, NewLife(creationTold: true, Pick(_clusters)), mostLosses: 3);
                break;
            case < 80:
                // A name that is used again, for a node of the same cluster or of another, with a new id.
                for (var lives = _random.Next(2, 4); lives > 0; lives--)
                {
                    Live(instance, NewLife(creationTold: true, Pick(_clusters)), mostLosses: 2);
                }

                break;
            case < 87:
                Live(instance, NewLife(creationTold: false, null), mostLosses: 3);
                break;
            case < 93:
                Live(instance, NewLife(creationTold: true, null), mostLosses: 3);
                break;
            case < 96:
                Fail(instance, NewLife(creationTold: true, Pick(_clusters)));
                break;
            default:
                ByHand(instance);
                break;
        }

        return instance;
    }

    /// <summary>One more message that can have no effect.</summary>
    public void Bad()
    {
        var (data, outcome) = Pick(BadMessages.All);
        Publish(_random.NextDouble(), _random.Next(2) == 0, data, outcome);
    }

    private Life NewLife(bool creationTold, ClusterOfMix? cluster) =>
        new(_lastId += (ulong)_random.Next(1, 1_000), creationTold, cluster, new Hardware(Pick(_pools), Pick(_machines), Pick(_models)));

    private void Live(InstanceOfMix instance, Life life, int mostLosses)
    {
        instance.Lives.Add(life);
        var born = _random.NextDouble() * 0.9;
        var second = _random.Next(40_000);
        if (life.CreationTold)
        {
            var operation = NextOperation("operation");

            // One in three comes after what it explains.
            var told = _random.Next(3) == 0 ? born + (_random.NextDouble() * 0.15) : born;
            Publish(told, true, EntryText.Creation(instance, life, operation, second), MessageClass.Creation);
            if (_random.Next(3) == 0)
            {
                Publish(Later(told), true, EntryText.CreationEnded(instance, life, operation, second + 7, failed: false), "create_finished");
            }
        }
        else if (_random.Next(2) == 0)
        {
            Publish(born, true, EntryText.Event("v1.compute.instances.bulkInsert", instance, life, NextOperation("operation"), second), "bulk_created");
        }

        var at = born;
        var age = 0;
        for (var losses = _random.Next(life.CreationTold ? 0 : 1, mostLosses + 1); losses > 0; losses--)
        {
            at = Later(at);
            age += 600;
            Lose(instance, life, at, second, age);
        }

        if (_random.Next(4) == 0)
        {
            Publish(Later(at), true, EntryText.Event("v1.compute.instances.delete", instance, life, NextOperation("operation"), second + age + 900), "deleted");
        }
    }

    private void Lose(InstanceOfMix instance, Life life, double at, int created, int age)
    {
        var (method, reason) = Pick(_losses);
        var operation = NextOperation("systemevent");
        life.Losses.Add(new Loss(EventIdentity.OfOperation(life.Id, instance.Key, method, operation, InstanceEventKind.interrupted), reason, age));
        Publish(at, false, EntryText.Event(method, instance, life, operation, created + age), MessageClass.Interruption);
    }

    private void Fail(InstanceOfMix instance, Life life)
    {
        instance.Lives.Add(life);
        var at = _random.NextDouble();
        var second = _random.Next(40_000);
        var operation = NextOperation("operation");
        Publish(at, true, EntryText.Creation(instance, life, operation, second), MessageClass.Creation);
        Publish(Later(at), true, EntryText.CreationEnded(instance, life, operation, second + 7, failed: true), "create_failed");
    }

    private void ByHand(InstanceOfMix instance)
    {
        var life = new Life(null, _random.Next(4) > 0, Pick(_clusters), new Hardware(Pick(_pools), Pick(_machines), ""));
        instance.Lives.Add(life);
        var at = _random.NextDouble() * 0.9;
        if (life.CreationTold)
        {
            _messages.Add(new MixMessage(at, true, EntryText.HandMadeCreation(instance, life), MessageClass.Creation, MayRepeat: false));
        }

        for (var losses = _random.Next(1, 4); losses > 0; losses--)
        {
            life.Losses.Add(new Loss(null, "preempted", null));
            var place = at + ((_random.NextDouble() - 0.5) * 0.1);
            _messages.Add(new MixMessage(place, false, EntryText.HandMadeInterruption(instance), MessageClass.Interruption, MayRepeat: false));
        }
    }

    /// <summary>One in eight is published again, sooner or later.</summary>
    private void Publish(double at, bool isCreationTopic, byte[] data, string messageClass)
    {
        var message = new MixMessage(at, isCreationTopic, data, messageClass, MayRepeat: true);
        _messages.Add(message);
        while (_random.Next(8) == 0)
        {
            message = message with { At = at + (_random.NextDouble() * (_random.Next(2) == 0 ? 0.005 : 0.3)) };
            _messages.Add(message);
        }
    }

    private double Later(double at) => at + (_random.NextDouble() * 0.1);

    private string NextOperation(string kind) => $"{kind}-{1_772_415_739_294 + _operations++}-{_random.Next():x8}";

    private T Pick<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];
}

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
