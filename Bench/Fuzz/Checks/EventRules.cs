using System.Buffers.Text;
using System.Text;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Bench.Fuzz.Checks;

/// <summary>What holds of every event, whatever the message was: the first rule that it breaks, or null.</summary>
internal static class EventRules
{
    private const int MaxKeyLength = 1024;
    private const int MaxLabelRunes = 63;

    public static string? BrokenBy(in PubSubDecoded decoded, InstanceEvent e, in PubSubReceived message) =>
        !IsKey(e.Instance) ? "an event's key is no instance's"
        : decoded.Stream != StreamId.Create(InstanceStream.Namespace, InstanceShard.Of(e.Instance))
            ? "the stream is not that of the instance's shard"
        : !IsIdentity(e.EventId) ? "an identity is not 22 characters of base64url"
        : e.InstanceId == 0 ? "an instance's id is 0"
        : !Enum.IsDefined(e.Kind) ? "a kind has no name"
        : e.At.Offset != TimeSpan.Zero ? "a time is not in UTC"
        : e.AtIsPublishTime && e.At != message.PublishTime ? "the time of publishing is another"
        : !e.AtIsPublishTime && e.At.Year is < 1999 or > 3000 ? "a time is beyond belief"
        : e.Reason.Length > 0 != (e.Kind == InstanceEventKind.interrupted) ? "an interruption, and nothing else, has a reason"
        : e.Kind == InstanceEventKind.created != e.Description is not null ? "a creation, and nothing else, has a description"
        : BrokenBy(e.Description) ?? BrokenByCluster(e);

    private static bool IsKey(string key) =>
        key.Length <= MaxKeyLength
        && key.Split('/') is ["projects", var project, "zones", var zone, "instances", var name]
        && IsPart(project) && IsPart(zone) && IsPart(name)
        && project.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool IsPart(string part) => part.Length > 0 && !part.Any(char.IsControl) && !HasLoneSurrogate(part);

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIdentity(string id) => id.Length == 22 && Base64Url.IsValid(id, out var bytes) && bytes == 16;

    private static string? BrokenBy(InstanceDescription? description) =>
        description is null || new[]
        {
            description.ClusterName, description.ClusterLocation, description.NodePool, description.MachineType, description.ProvisioningModel,
        }.All(IsLabel) ? null : "a value of the description could be no label";

    private static bool IsLabel(string value)
    {
        var runes = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (++runes > MaxLabelRunes || Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || rune.Value is '/' or '"' or '\\')
            {
                return false;
            }
        }

        return !HasLoneSurrogate(value);
    }

    // Zone and name may hold anything but a control character, so they try the key harder than labels do.
    private static string? BrokenByCluster(InstanceEvent e)
    {
        var parts = e.Instance.Split('/');
        ClusterKey[] keys =
        [
            new(parts[1], e.Description?.ClusterLocation ?? "", e.Description?.ClusterName ?? ""),
            new(parts[1], parts[3], parts[5]),
        ];
        return Array.TrueForAll(keys, key => ClusterKey.Parse(key.ToString()) == key) ? null : "a cluster's key does not read back";
    }
}
