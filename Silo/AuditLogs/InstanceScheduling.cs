using System.Text;
using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

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
    /// another model in lower case. GKE's label, which calls legacy pools spot too, is asked only where nothing else is known.
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
