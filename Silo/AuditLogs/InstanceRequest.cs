using System.Text.Json;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// What an insert's <c>protoPayload.request</c> asks for. Only the instance's own fields count, never those of its disks.
/// </summary>
internal ref struct InstanceRequest
{
    public GkeLabels Labels;
    public ReadOnlySpan<byte> MachineType;
    public InstanceScheduling Scheduling;

    public static InstanceRequest Read(scoped ref Utf8JsonReader reader)
    {
        var request = default(InstanceRequest);
        if (!JsonValue.EnterObject(ref reader))
        {
            return request;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("labels"u8))
            {
                request.Labels = GkeLabels.Read(ref reader);
            }
            else if (name.Is("machineType"u8, "machine_type"u8))
            {
                request.MachineType = JsonValue.Text(ref reader);
            }
            else if (name.Is("scheduling"u8))
            {
                request.Scheduling = InstanceScheduling.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return request;
    }

    /// <summary>The description. Values other than the cluster's that no label of Compute Engine could hold are left empty.</summary>
    public readonly InstanceDescription Describe() => new(
        LabelValue.TextOrEmpty(Labels.ClusterName),
        LabelValue.TextOrEmpty(Labels.ClusterLocation),
        LabelValue.TextOrEmpty(Labels.NodePool),
        LabelValue.TextOrEmpty(MachineType[(MachineType.LastIndexOf((byte)'/') + 1)..]),
        Scheduling.ProvisioningModelOr(Labels.ProvisioningModel));
}
