using System.Globalization;
using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>An entry's <c>protoPayload</c>: the <c>google.cloud.audit.AuditLog</c>.</summary>
internal ref struct AuditLogPayload
{
    public ReadOnlySpan<byte> MethodName;
    public ReadOnlySpan<byte> ResourceName;
    public InstanceRequest Request;
    public OperationTarget Response;

    /// <summary>True where <c>status.code</c> is a number other than 0.</summary>
    public bool HasErrorStatus;

    public static AuditLogPayload Read(scoped ref Utf8JsonReader reader)
    {
        var payload = default(AuditLogPayload);
        if (!JsonValue.EnterObject(ref reader))
        {
            return payload;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("methodName"u8, "method_name"u8))
            {
                payload.MethodName = JsonValue.Text(ref reader);
            }
            else if (name.Is("resourceName"u8, "resource_name"u8))
            {
                payload.ResourceName = JsonValue.Text(ref reader);
            }
            else if (name.Is("request"u8))
            {
                payload.Request = InstanceRequest.Read(ref reader);
            }
            else if (name.Is("response"u8))
            {
                payload.Response = OperationTarget.Read(ref reader);
            }
            else if (name.Is("status"u8))
            {
                payload.HasErrorStatus = ReadErrorStatus(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return payload;
    }

    private static bool ReadErrorStatus(ref Utf8JsonReader reader)
    {
        var isError = false;
        if (!JsonValue.EnterObject(ref reader))
        {
            return isError;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("code"u8))
            {
                var text = JsonValue.TextOrNumber(ref reader);
                isError = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var code)
                    && code != 0 && double.IsFinite(code);
            }
            else
            {
                reader.Skip();
            }
        }

        return isError;
    }
}

/// <summary>What the Compute operation in <c>protoPayload.response</c> acts upon.</summary>
internal ref struct OperationTarget
{
    public ReadOnlySpan<byte> Link;
    public ReadOnlySpan<byte> Id;

    public static OperationTarget Read(scoped ref Utf8JsonReader reader)
    {
        var target = default(OperationTarget);
        if (!JsonValue.EnterObject(ref reader))
        {
            return target;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("targetLink"u8, "target_link"u8))
            {
                target.Link = JsonValue.Text(ref reader);
            }
            else if (name.Is("targetId"u8, "target_id"u8))
            {
                target.Id = JsonValue.TextOrNumber(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return target;
    }
}
