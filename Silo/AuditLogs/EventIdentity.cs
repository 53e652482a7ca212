using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>The identity of an event: equal for every copy of it, from every source. It is persisted, so its format never changes.</summary>
/// <remarks>
/// 22 characters: base64url without padding over the first 16 bytes of the SHA-256 of a form, which is a sequence of netstrings
/// (<c>{length in bytes}:{UTF-8},</c>), so that no two sequences have the same form. The first netstring names the form:
/// <list type="bullet">
/// <item><c>operation</c>, then the instance id in decimal (the instance's key where there is no id), the method name as logged,
/// the operation's id; then, only for the closing entry of a creation, <c>create_finished</c> or <c>create_failed</c>: it shares the
/// operation with the opening entry, which is a different event. Both entries of a deletion are one event.</item>
/// <item><c>entry</c>, then log name, timestamp as logged, insert id.</item>
/// <item><c>message</c>, then the instance's key, the Pub/Sub message's id.</item>
/// </list>
/// </remarks>
internal static class EventIdentity
{
    private const int HashLength = 16;

    /// <summary>Identity by the operation: the same from the audit log and from the Compute API's list of operations.</summary>
    public static string OfOperation(
        ulong? instanceId,
        string instanceKey,
        string methodName,
        string operationId,
        InstanceEventKind kind = InstanceEventKind.interrupted) =>
        OfOperation(instanceId, instanceKey, Encoding.UTF8.GetBytes(methodName), Encoding.UTF8.GetBytes(operationId), kind);

    /// <inheritdoc cref="OfOperation(ulong?, string, string, string, InstanceEventKind)"/>
    public static string OfOperation(
        ulong? instanceId, string instanceKey, ReadOnlySpan<byte> methodName, ReadOnlySpan<byte> operationId, InstanceEventKind kind)
    {
        var instance = Encoding.UTF8.GetBytes(instanceId?.ToString(CultureInfo.InvariantCulture) ?? instanceKey);
        return kind switch
        {
            InstanceEventKind.create_finished => Hash("operation"u8, instance, methodName, operationId, "create_finished"u8),
            InstanceEventKind.create_failed => Hash("operation"u8, instance, methodName, operationId, "create_failed"u8),
            _ => Hash("operation"u8, instance, methodName, operationId),
        };
    }

    /// <summary>Identity of a log entry without an operation: two sinks that export it publish two messages.</summary>
    public static string OfEntry(ReadOnlySpan<byte> logName, ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> insertId) =>
        Hash("entry"u8, logName, timestamp, insertId);

    /// <summary>Identity of a message of unknown origin: each published message is an event, a redelivery is not.</summary>
    public static string OfMessage(string instanceKey, string messageId) =>
        Hash("message"u8, Encoding.UTF8.GetBytes(instanceKey), Encoding.UTF8.GetBytes(messageId));

    // The third and the fourth field are left out where they are empty.
    private static string Hash(
        ReadOnlySpan<byte> form,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third = default,
        ReadOnlySpan<byte> fourth = default)
    {
        var capacity = NetstringWriter.MaxLength(form) + NetstringWriter.MaxLength(first) + NetstringWriter.MaxLength(second)
            + NetstringWriter.MaxLength(third) + NetstringWriter.MaxLength(fourth);
        var writer = new NetstringWriter(capacity <= 1024 ? stackalloc byte[capacity] : new byte[capacity]);
        writer.Write(form);
        writer.Write(first);
        writer.Write(second);
        writer.WriteUnlessEmpty(third);
        writer.WriteUnlessEmpty(fourth);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(writer.Written, hash);
        return Base64Url.EncodeToString(hash[..HashLength]);
    }
}

/// <summary>Writes fields so that no two sequences of fields have the same bytes: <c>{length in bytes}:{bytes},</c> each.</summary>
internal ref struct NetstringWriter
{
    private const int MaxOverhead = 12;

    private readonly Span<byte> _buffer;
    private int _length;

    /// <param name="buffer">Holds at least the <see cref="MaxLength"/> of every field that will be written.</param>
    public NetstringWriter(Span<byte> buffer)
    {
        _buffer = buffer;
    }

    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public static int MaxLength(ReadOnlySpan<byte> field) => field.Length + MaxOverhead;

    public void Write(ReadOnlySpan<byte> field)
    {
        Utf8Formatter.TryFormat(field.Length, _buffer[_length..], out var digits);
        _length += digits;
        _buffer[_length++] = (byte)':';
        field.CopyTo(_buffer[_length..]);
        _length += field.Length;
        _buffer[_length++] = (byte)',';
    }

    public void WriteUnlessEmpty(ReadOnlySpan<byte> field)
    {
        if (!field.IsEmpty)
        {
            Write(field);
        }
    }
}
