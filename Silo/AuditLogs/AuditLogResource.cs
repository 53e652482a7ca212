using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>An entry's <c>resource.labels</c>, as far as they identify the instance.</summary>
internal ref struct AuditLogResource
{
    public ReadOnlySpan<byte> InstanceId;
    public ReadOnlySpan<byte> ProjectId;

    public static AuditLogResource Read(scoped ref Utf8JsonReader reader)
    {
        var resource = default(AuditLogResource);
        if (!JsonValue.EnterObject(ref reader))
        {
            return resource;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("labels"u8))
            {
                resource = ReadLabels(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return resource;
    }

    private static AuditLogResource ReadLabels(scoped ref Utf8JsonReader reader)
    {
        var resource = default(AuditLogResource);
        if (!JsonValue.EnterObject(ref reader))
        {
            return resource;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("instance_id"u8, "instanceId"u8))
            {
                resource.InstanceId = JsonValue.TextOrNumber(ref reader);
            }
            else if (name.Is("project_id"u8, "projectId"u8))
            {
                resource.ProjectId = JsonValue.TextOrNumber(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return resource;
    }
}
