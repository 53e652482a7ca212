using System.Numerics;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Events;

namespace OrleansSie.Bench.Fuzz.Checks;

/// <summary>
/// Which way an input went, told from the result alone: outcome or kind, reason, source of the identity, which fields are set and of
/// what sort, the wording of the detail without what it quotes, and orders of magnitude. It is no measure of the code that ran.
/// </summary>
internal static class PathSignature
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(InstanceEvent e, EntryOracle? origin, bool isOfMessage, int length)
    {
        var description = e.Description;
        var model = description?.ProvisioningModel switch
        {
            null => 0,
            "" => 1,
            "spot" => 2,
            "preemptible" => 3,
            "standard" => 4,
            _ => 5,
        };
        var fields = Bits(
            e.InstanceId is not null,
            e.AtIsPublishTime,
            description?.ClusterName.Length > 0,
            description?.ClusterLocation.Length > 0,
            description?.NodePool.Length > 0,
            description?.MachineType.Length > 0,
            isOfMessage,
            origin is null,
            origin is { HasOperation: true },
            e.Instance.StartsWith($"projects/{InputCheck.DefaultProject}/", StringComparison.Ordinal),
            e.Instance.Any(c => c > 127),
            e.Instance.Contains('%', StringComparison.Ordinal),
            (description?.ClusterName + description?.NodePool).Any(c => c > 127),
            e.At.Ticks % TimeSpan.TicksPerSecond != 0);
        return Mix(1, (ulong)e.Kind, (ulong)e.Reason.Length, fields, (ulong)model, Magnitude(e.Instance.Length), Magnitude(length) / 2);
    }

    public static ulong Of(IgnoredMessage ignored, int length)
    {
        var wording = Offset;
        var quoted = 0;
        var isQuoted = false;
        foreach (var character in ignored.Detail ?? "")
        {
            isQuoted ^= character == '\'';
            quoted += isQuoted ? 1 : 0;
            wording = isQuoted || char.IsAsciiDigit(character) ? wording : (wording ^ character) * Prime;
        }

        var detail = ignored.Detail ?? "";
        var marks = Bits(
            detail.Contains('…', StringComparison.Ordinal),
            detail.Contains("\\u{", StringComparison.Ordinal),
            detail.Any(c => c > 127),
            detail.Contains("''", StringComparison.Ordinal));
        return Mix(2, (ulong)ignored.Outcome, wording, marks, Magnitude(quoted), Magnitude(length));
    }

    private static ulong Magnitude(int value) => (ulong)BitOperations.Log2((uint)value + 1);

    private static ulong Bits(params ReadOnlySpan<bool> flags)
    {
        var bits = 0ul;
        foreach (var flag in flags)
        {
            bits = (bits << 1) | (flag ? 1ul : 0);
        }

        return bits;
    }

    private static ulong Mix(params ReadOnlySpan<ulong> values)
    {
        var hash = Offset;
        foreach (var value in values)
        {
            hash = BitOperations.RotateLeft((hash ^ value) * Prime, 29);
        }

        return hash;
    }
}
