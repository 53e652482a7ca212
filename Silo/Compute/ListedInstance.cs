using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Silo.Compute;

/// <summary>One instance of the list, as slices of its page. Its fields are those of an insert request.</summary>
internal ref struct ListedInstance
{
    /// <summary>The fields requested from the API.</summary>
    public const string Fields = "id,name,status,creationTimestamp,lastStartTimestamp,machineType,labels,scheduling(provisioningModel,preemptible)";

    public ulong Id;
    public ReadOnlySpan<byte> Name;
    public DateTimeOffset? CreatedAt;
    public DateTimeOffset? LastStartedAt;
    public bool IsRunning;
    public InstanceRequest Request;

    /// <summary>Whether it can be identified, and counted under its labels.</summary>
    public readonly bool IsValid =>
        Id != 0 && CreatedAt is not null && !Name.IsEmpty && LabelValue.IsPossible(Name) && Request.Labels.IsClusterPossible;

    public static ListedInstance Read(scoped ref Utf8JsonReader reader)
    {
        var instance = default(ListedInstance);
        if (!JsonValue.EnterObject(ref reader))
        {
            return instance;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("id"u8))
            {
                _ = ulong.TryParse(JsonValue.TextOrNumber(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out instance.Id);
            }
            else if (name.Is("name"u8))
            {
                instance.Name = JsonValue.Text(ref reader);
            }
            else if (name.Is("creationTimestamp"u8))
            {
                instance.CreatedAt = Rfc3339.Parse(JsonValue.Text(ref reader));
            }
            else if (name.Is("lastStartTimestamp"u8))
            {
                instance.LastStartedAt = Rfc3339.Parse(JsonValue.Text(ref reader));
            }
            else if (name.Is("status"u8))
            {
                instance.IsRunning = JsonValue.Text(ref reader).SequenceEqual("RUNNING"u8);
            }
            else if (name.Is("machineType"u8))
            {
                instance.Request.MachineType = JsonValue.Text(ref reader);
            }
            else if (name.Is("labels"u8))
            {
                instance.Request.Labels = GkeLabels.Read(ref reader);
            }
            else if (name.Is("scheduling"u8))
            {
                instance.Request.Scheduling = InstanceScheduling.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return instance;
    }

    /// <summary>A hash of all facts, equal within this process for equal facts. With it an unchanged instance needs no strings.</summary>
    public readonly int Fingerprint(string zone)
    {
        var hash = default(HashCode);
        hash.Add(zone);
        hash.Add(Id);
        hash.Add(CreatedAt);
        Add(ref hash, Name);
        Add(ref hash, Request.Labels.ClusterName);
        Add(ref hash, Request.Labels.ClusterLocation);
        Add(ref hash, Request.Labels.NodePool);
        Add(ref hash, Request.Labels.ProvisioningModel);
        Add(ref hash, Request.MachineType);
        Add(ref hash, Request.Scheduling.ProvisioningModel);
        hash.Add(Request.Scheduling.IsPreemptible);
        return hash.ToHashCode();
    }

    public readonly string NameText() => Encoding.UTF8.GetString(Name);

    /// <summary>What it is counted under while it runs; null for an instance that is no GKE node.</summary>
    public readonly NodeLabels? LabelsIn(string project, string zone) => Request.Describe() is { ClusterName.Length: > 0 } node
        ? new NodeLabels(
            new ClusterKey(project, node.ClusterLocation, node.ClusterName).ToString(),
            new CapacityPool(node.NodePool, zone, node.MachineType, node.ProvisioningModel))
        : null;

    /// <param name="seenAt">When the listing began.</param>
    public readonly InstanceObservation ToObservation(DateTimeOffset seenAt) => new(Id, CreatedAt!.Value, seenAt, Request.Describe());

    private static void Add(ref HashCode hash, ReadOnlySpan<byte> text)
    {
        hash.AddBytes(text);
        hash.Add(text.Length);
    }
}
