using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

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
