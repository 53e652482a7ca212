using System.Collections.Frozen;
using System.Text;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>All methods that concern an instance's life, and what each means.</summary>
internal static class InstanceMethods
{
    private const int MaxVerbLength = 64;

    // Compute Engine's own events: never with a version before the name.
    private static readonly FrozenDictionary<string, InstanceMethod>.AlternateLookup<ReadOnlySpan<char>> _systemEvents =
        new Dictionary<string, InstanceMethod>
        {
            ["preempted"] = Loss(InterruptionReason.Preempted),
            ["hostError"] = Loss(InterruptionReason.HostError),
            ["terminateOnHostMaintenance"] = Loss(InterruptionReason.Maintenance),
            ["baremetalCaretakerPreempted"] = Loss(InterruptionReason.BareMetalPreemption),
            ["guestTerminate"] = Loss(InterruptionReason.Other),
            ["instanceManagerHaltForRestart"] = Loss(InterruptionReason.Other),
            ["stoppedDueToPdDoubleServe"] = Loss(InterruptionReason.Other),
            ["kmsKeyError"] = Loss(InterruptionReason.Other),
            ["shredmillKeyError"] = Loss(InterruptionReason.Other),
            ["invalidVmImage"] = Loss(InterruptionReason.Other),
            ["scratchDiskCreationFailed"] = Loss(InterruptionReason.Other),
            ["localSsdInitializationError"] = Loss(InterruptionReason.Other),
            ["localSsdInitializationKeyError"] = Loss(InterruptionReason.Other),
            ["localSsdVerifyTarError"] = Loss(InterruptionReason.Other),
            ["localSsdRecoveryAttempting"] = Loss(InterruptionReason.Other),
            ["localSsdRecoveryTimeoutError"] = Loss(InterruptionReason.Other),
            ["localSsdRecoveryFailedError"] = Loss(InterruptionReason.Other),

            // The planned end of a run of limited time: the first stops the instance, the second deletes it.
            ["deferredStop"] = new(InstanceAction.NotALoss),
            ["deferredDelete"] = new(InstanceAction.Delete),
            ["repair.recreateInstance"] = new(InstanceAction.NotALoss),
            ["automaticRestart"] = new(InstanceAction.NotALoss),
            ["migrateOnHostMaintenance"] = new(InstanceAction.NotALoss),
        }.ToFrozenDictionary().GetAlternateLookup<ReadOnlySpan<char>>();

    // Calls of the API: with its version (v1, beta, alpha) before the name, or with none.
    private static readonly FrozenDictionary<string, InstanceMethod>.AlternateLookup<ReadOnlySpan<char>> _calls =
        new Dictionary<string, InstanceMethod>
        {
            ["insert"] = new(InstanceAction.Insert),
            ["bulkInsert"] = new(InstanceAction.BulkInsert),
            ["delete"] = new(InstanceAction.Delete),
        }.ToFrozenDictionary().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What follows <c>compute.instances.</c> in Compute Engine's own events.</summary>
    public static IEnumerable<string> SystemEvents => _systemEvents.Dictionary.Keys;

    /// <summary>What follows <c>compute.instances.</c> in calls.</summary>
    public static IEnumerable<string> Calls => _calls.Dictionary.Keys;

    /// <summary>The meaning of a method by its full name as logged; <see cref="InstanceAction.Unknown"/> for all others.</summary>
    public static InstanceMethod Find(ReadOnlySpan<byte> methodName)
    {
        var service = "compute.instances."u8;
        var start = methodName.IndexOf(service);
        if (start < 0)
        {
            return default;
        }

        Span<char> buffer = stackalloc char[MaxVerbLength];
        if (!Encoding.UTF8.TryGetChars(methodName[(start + service.Length)..], buffer, out var length))
        {
            return default;
        }

        ReadOnlySpan<char> verb = buffer[..length];
        return start == 0 && _systemEvents.TryGetValue(verb, out var method) ? method
            : IsVersion(methodName[..start]) && _calls.TryGetValue(verb, out method) ? method
            : default;
    }

    // Nothing, or one part and its dot.
    private static bool IsVersion(ReadOnlySpan<byte> prefix) =>
        prefix.IsEmpty || (prefix.Length > 1 && prefix.IndexOf((byte)'.') == prefix.Length - 1);

    private static InstanceMethod Loss(string reason) => new(InstanceAction.Interruption, reason);
}

/// <summary>The meaning of one <c>methodName</c>.</summary>
/// <param name="Action">What the method does.</param>
/// <param name="Reason">Why the instance is taken away; only for <see cref="InstanceAction.Interruption"/>.</param>
internal readonly record struct InstanceMethod(InstanceAction Action, string Reason = "");

/// <summary>What a method does to an instance, as far as this program distinguishes methods.</summary>
internal enum InstanceAction
{
    /// <summary>Nothing that concerns an instance's life.</summary>
    Unknown,

    /// <summary>Makes one instance.</summary>
    Insert,

    /// <summary>Makes several: one entry is the request, each instance has another.</summary>
    BulkInsert,

    /// <summary>A user or a program deletes it.</summary>
    Delete,

    /// <summary>Compute Engine takes it away.</summary>
    Interruption,

    /// <summary>A system event after which the instance still exists, or the consequence of an event that was counted already.</summary>
    NotALoss,
}
