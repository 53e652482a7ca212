using System.Buffers.Text;

namespace OrleansSie.Silo.AuditLogs;

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
