using System.Text;
using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>An entry's <c>operation</c>: a long-running call logs a first and a last entry of one id.</summary>
internal ref struct AuditLogOperation
{
    private const int MaxLength = 128;

    public ReadOnlySpan<byte> Id;
    public bool IsFirst;
    public bool IsLast;

    /// <summary>An operation's id as it is kept: cut between two characters where it is longer than any of Compute Engine.</summary>
    public static string TextOf(ReadOnlySpan<byte> id)
    {
        var length = Math.Min(id.Length, MaxLength);
        while (length < id.Length && (id[length] & 0b1100_0000) == 0b1000_0000)
        {
            length--;
        }

        return Encoding.UTF8.GetString(id[..length]);
    }

    public static AuditLogOperation Read(scoped ref Utf8JsonReader reader)
    {
        var operation = default(AuditLogOperation);
        if (!JsonValue.EnterObject(ref reader))
        {
            return operation;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("id"u8))
            {
                operation.Id = JsonValue.Text(ref reader);
            }
            else if (name.Is("first"u8))
            {
                operation.IsFirst = JsonValue.Flag(ref reader) == true;
            }
            else if (name.Is("last"u8))
            {
                operation.IsLast = JsonValue.Flag(ref reader) == true;
            }
            else
            {
                reader.Skip();
            }
        }

        return operation;
    }
}
