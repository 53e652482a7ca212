using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// The labels that name a node's cluster. Audit logs write labels as a list of key and value, in which a key may repeat: its first value
/// that is not empty counts. A map is read too; there the last value counts, as everywhere in JSON. The case of keys is ignored.
/// </summary>
internal ref struct GkeLabels
{
    public ReadOnlySpan<byte> ClusterName;
    public ReadOnlySpan<byte> ClusterLocation;
    public ReadOnlySpan<byte> ProvisioningModel;

    private ReadOnlySpan<byte> _gkeNodePool;
    private ReadOnlySpan<byte> _karpenterNodePool;

    /// <summary>GKE's node pool; else Karpenter's, whose nodes deliberately lack GKE's label for it.</summary>
    public readonly ReadOnlySpan<byte> NodePool => _gkeNodePool.IsEmpty ? _karpenterNodePool : _gkeNodePool;

    /// <summary>False where the cluster's name or location cannot be the value of a label: nothing may be counted under it.</summary>
    public readonly bool IsClusterPossible => LabelValue.IsPossible(ClusterName) && LabelValue.IsPossible(ClusterLocation);

    public static GkeLabels Read(scoped ref Utf8JsonReader reader)
    {
        var labels = default(GkeLabels);
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            labels.ReadList(ref reader);
        }
        else if (JsonValue.EnterObject(ref reader))
        {
            while (JsonValue.NextField(ref reader, out var key))
            {
                labels.Take(key, JsonValue.Text(ref reader), isLastOfKey: true);
            }
        }

        return labels;
    }

    private void ReadList(scoped ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!JsonValue.EnterObject(ref reader))
            {
                continue;
            }

            var key = default(ReadOnlySpan<byte>);
            var value = default(ReadOnlySpan<byte>);
            while (JsonValue.NextField(ref reader, out var name))
            {
                if (name.Is("key"u8))
                {
                    key = JsonValue.Text(ref reader);
                }
                else if (name.Is("value"u8))
                {
                    value = JsonValue.Text(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }

            Take(key, value, isLastOfKey: false);
        }
    }

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isLastOfKey)
    {
        if (Ascii.EqualsIgnoreCase(key, "goog-k8s-cluster-name"u8))
        {
            ClusterName = isLastOfKey || ClusterName.IsEmpty ? value : ClusterName;
        }
        else if (Ascii.EqualsIgnoreCase(key, "goog-k8s-cluster-location"u8))
        {
            ClusterLocation = isLastOfKey || ClusterLocation.IsEmpty ? value : ClusterLocation;
        }
        else if (Ascii.EqualsIgnoreCase(key, "goog-k8s-node-pool-name"u8))
        {
            _gkeNodePool = isLastOfKey || _gkeNodePool.IsEmpty ? value : _gkeNodePool;
        }
        else if (Ascii.EqualsIgnoreCase(key, "karpenter-sh-nodepool"u8))
        {
            _karpenterNodePool = isLastOfKey || _karpenterNodePool.IsEmpty ? value : _karpenterNodePool;
        }
        else if (Ascii.EqualsIgnoreCase(key, "goog-gke-node-pool-provisioning-model"u8))
        {
            ProvisioningModel = isLastOfKey || ProvisioningModel.IsEmpty ? value : ProvisioningModel;
        }
    }
}

/// <summary>
/// What can be the value of a Compute Engine label, or the name of a machine type: at most 63 characters, each a letter or a
/// digit of any script, '_', '-' or '.'. Nothing else ever becomes the value of a metric's label.
/// </summary>
internal static class LabelValue
{
    private const int MaxLength = 63;

    /// <summary>True also for the empty value, which stands for an absent one.</summary>
    public static bool IsPossible(ReadOnlySpan<byte> utf8)
    {
        for (var length = 0; !utf8.IsEmpty; length++)
        {
            if (length == MaxLength
                || Rune.DecodeFromUtf8(utf8, out var rune, out var consumed) != OperationStatus.Done
                || !IsAllowed(rune))
            {
                return false;
            }

            utf8 = utf8[consumed..];
        }

        return true;
    }

    public static string TextOrEmpty(ReadOnlySpan<byte> utf8) => IsPossible(utf8) ? Encoding.UTF8.GetString(utf8) : "";

    private static bool IsAllowed(Rune rune) =>
        rune.Value is '_' or '-' or '.'
        || Rune.IsLetter(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
