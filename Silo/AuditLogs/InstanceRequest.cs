using System.Text;
using System.Text.Json;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>What an insert's <c>protoPayload.request</c> asks for. Only the instance's own fields count, never those of its disks.</summary>
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

/// <summary>An insert's <c>request.scheduling</c>: how the instance is provisioned.</summary>
internal ref struct InstanceScheduling
{
    public ReadOnlySpan<byte> ProvisioningModel;
    public bool? IsPreemptible;

    public static InstanceScheduling Read(scoped ref Utf8JsonReader reader)
    {
        var scheduling = default(InstanceScheduling);
        if (!JsonValue.EnterObject(ref reader))
        {
            return scheduling;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("provisioningModel"u8, "provisioning_model"u8))
            {
                scheduling.ProvisioningModel = JsonValue.Text(ref reader);
            }
            else if (name.Is("preemptible"u8))
            {
                scheduling.IsPreemptible = JsonValue.Flag(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return scheduling;
    }

    /// <summary>
    /// <c>spot</c>, <c>preemptible</c> for the legacy kind (whose model, where there is one, is STANDARD), <c>standard</c>, or
    /// another model in lower case. GKE's label is used only where nothing else is known: it calls legacy pools spot too.
    /// </summary>
    public readonly string ProvisioningModelOr(ReadOnlySpan<byte> gkeLabel)
    {
        if (Ascii.EqualsIgnoreCase(ProvisioningModel, "spot"u8))
        {
            return "spot";
        }

        if (IsPreemptible == true)
        {
            return "preemptible";
        }

        var model = LabelValue.TextOrEmpty(ProvisioningModel).ToLowerInvariant();
        if (model.Length > 0)
        {
            return model;
        }

        return IsPreemptible == false ? "standard"
            : Ascii.EqualsIgnoreCase(gkeLabel, "spot"u8) ? "spot"
            : "";
    }
}
